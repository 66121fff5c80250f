/** Figures as rows that an editor changes, and what of them has to be sent. */
import type { Column, Figure, FigureSet } from "./wire";

export interface Cell {
  value: string;
  unit: string;
}

export interface Row {
  /** Of this page alone: a row keeps it while its names change. */
  id: number;
  names: string[];
  cells: Record<string, Cell>;
  /** As the server last told it, by column; empty for a row that is new. */
  was: Record<string, Figure>;
}

export interface Put {
  figures: Figure[];
  gone: string[][];
  was: Figure[];
}

let count = 0;
const NUMBER = /^[-−]?(\d+(\.\d*)?|\.\d+)$/;

export const called = (names: Record<string, string>, order: readonly string[]): string => order.map((tag) => names[tag]).find(Boolean) ?? Object.values(names)[0] ?? "";
export const nameOf = (column: Column, order: readonly string[]): string => called(column.names, order) || column.key;

/** A number as it travels; null for an empty field, undefined for what is none. */
export function numberOf(text: string): string | null | undefined {
  const plain = text.replace(/[\s,\u00a0\u202f']/g, "").replace(/^−/, "-");
  if (!plain) return null;
  return NUMBER.test(plain) ? plain.replace(/\.$/, "") : undefined;
}

const cellOf = (figure: Figure | undefined): Cell => ({ value: figure?.value ?? "", unit: figure?.unit ?? "" });

export function rowsOf(of: FigureSet, figures: Figure[]): Row[] {
  const rows = new Map<string, Row>();
  for (const figure of figures) {
    const name = JSON.stringify(figure.row_key);
    const row = rows.get(name) ?? { id: ++count, names: [...figure.row_key], cells: {}, was: {} };
    row.was[figure.column] = figure;
    rows.set(name, row);
  }
  for (const row of rows.values()) for (const column of of.columns) row.cells[column.key] = cellOf(row.was[column.key]);
  return [...rows.values()];
}

/** An empty row below the others; units are mostly those of the row above. */
export function emptyRow(of: FigureSet, above: Row | undefined): Row {
  const cells = Object.fromEntries(of.columns.map((one) => [one.key, { value: "", unit: above?.cells[one.key]?.unit ?? "" }]));
  return { id: ++count, names: of.row_keys.map(() => ""), cells, was: {} };
}

const trimmed = (row: Row): string[] => row.names.map((one) => one.trim());
export const isNew = (row: Row): boolean => Object.keys(row.was).length === 0;
const wasNamed = (row: Row): string[] | undefined => Object.values(row.was)[0]?.row_key;

/** What changed since the server told it: figures to put, rows to take out, and what those were. */
export function changesOf(of: FigureSet, rows: Row[], taken: Row[]): Put {
  const put: Put = { figures: [], gone: [], was: taken.flatMap((row) => Object.values(row.was)) };
  for (const row of taken) put.gone.push(wasNamed(row) ?? trimmed(row));
  rows.forEach((row, position) => {
    const names = trimmed(row);
    const before = wasNamed(row);
    const isRenamed = before !== undefined && JSON.stringify(before) !== JSON.stringify(names);
    if (isRenamed) put.gone.push(before);
    for (const column of of.columns) {
      const was = row.was[column.key];
      const cell = row.cells[column.key] ?? { value: "", unit: "" };
      const value = numberOf(cell.value) ?? null;
      const unit = cell.unit.trim();
      const isSame = was !== undefined && was.value === value && was.unit === unit;
      const isThere = was !== undefined || value !== null || isNew(row);
      if (!isThere || (isSame && !isRenamed && was.position === position)) continue;
      // Only a figure that changed is as of now; one that moved keeps its hour.
      put.figures.push({ row_key: names, column: column.key, position, value, unit, as_of: isSame ? was.as_of : null });
      if (was) put.was.push(was);
    }
  });
  return put;
}

/** Lay an editor's rows over what stands now: what they changed stays theirs, rows that came meanwhile are added. */
export function rebased(of: FigureSet, rows: Row[], figures: Figure[]): Row[] {
  const fresh = new Map(rowsOf(of, figures).map((row) => [JSON.stringify(row.names), row]));
  const mine = rows.map((row) => {
    const name = JSON.stringify(wasNamed(row) ?? trimmed(row));
    const there = fresh.get(name);
    fresh.delete(name);
    return { ...row, was: there?.was ?? {} };
  });
  return [...mine, ...fresh.values()];
}

/** The hour of the oldest known figure; null when none is known. */
export function oldest(figures: Figure[]): Date | null {
  const times = figures.flatMap((one) => (one.as_of ? [new Date(one.as_of).getTime()] : []));
  return times.length ? new Date(Math.min(...times)) : null;
}

export const isStale = (of: FigureSet, figures: Figure[], now: Date): boolean => {
  const at = oldest(figures);
  return at !== null && now.getTime() - at.getTime() > of.stale_after_s * 1000;
};

export const lines = (of: FigureSet, rows: Row[]): string =>
  rows.map((row) => `${trimmed(row).join(" · ")}: ${of.columns.map((one) => `${row.cells[one.key]?.value || "–"} ${row.cells[one.key]?.unit ?? ""}`.trim()).join(", ")}`).join("\n");

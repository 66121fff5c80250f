/** Which rows belong into which view, and in which order: the same rules the server lists by. */
import type { InboxRow } from "$shared/api";

const isLive = (row: InboxRow): boolean => row.status === "open" || row.status === "waiting";

export function belongs(row: InboxRow, view: string, me: string): boolean {
  const [kind, key] = view.split(/:(.*)/s);
  switch (kind) {
    case "mine":
      return isLive(row) && row.assignee?.id === me;
    case "unassigned":
      return isLive(row) && row.assignee === null;
    case "all":
      return isLive(row);
    case "waiting":
      return row.status === "waiting";
    case "solved":
      return row.status === "solved";
    case "team":
      return isLive(row) && row.team === key;
    case "channel":
      return isLive(row) && row.channel === key;
    default:
      return false;
  }
}

/** Where a row stands: the latest activity first, ids break a tie. */
export interface Mark {
  active_at: string;
  id: string;
}

/** RFC 3339 of one zone; only the digits after the second may differ in number. */
export function instant(time: string): string {
  const [whole, part = ""] = time.replace(/(Z|\+00:00)$/, "").split(".");
  return `${whole}.${part.padEnd(6, "0")}`;
}

/** Below zero when `a` stands above `b`. */
export function order(a: Mark, b: Mark): number {
  const [left, right] = [instant(a.active_at), instant(b.active_at)];
  if (left !== right) return left > right ? -1 : 1;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}

/** Someone's account is being emptied: such a row stands above every list. */
export function isFirst(row: InboxRow): boolean {
  return row.priority === 0 && row.status === "open" && row.tags.includes("freeze");
}

/** Frames may overtake fetches: the one that knows more wins. */
export function newer(a: InboxRow, b: InboxRow): boolean {
  return a.stamp === b.stamp ? a.version >= b.version : a.stamp > b.stamp;
}

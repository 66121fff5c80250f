/** Times, waits and sizes as look and language want them: 24 hours, short dates, NBSP before units. */
import type { Locale } from "./i18n.svelte";

const NBSP = "\u00a0";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Chinese in either script. Other languages are written as `Intl` knows them; English and Chinese as we do. */
const isHan = (locale: Locale): boolean => locale.startsWith("zh");
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: Locale, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale} ${key}`;
  let found = made.get(id);
  if (!found) made.set(id, (found = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, options)));
  return found;
}

/** 14:32 */
export function clock(at: Date, locale: Locale): string {
  return formatter(locale, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Mon 23 Nov / 11 月 23 日（周一） */
export function day(at: Date, locale: Locale): string {
  const weekday = formatter(locale, "weekday", { weekday: "short" }).format(at);
  if (isHan(locale)) return `${at.getMonth() + 1} 月 ${at.getDate()} 日（${weekday}）`;
  if (locale !== "en") return formatter(locale, "day", { weekday: "short", day: "numeric", month: "short" }).format(at);
  const month = formatter(locale, "month", { month: "short" }).format(at).slice(0, 3);
  return `${weekday} ${at.getDate()} ${month}`;
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

/** Mar 2023 / 2023 年 3 月 */
export function month(at: Date, locale: Locale): string {
  if (isHan(locale)) return `${at.getFullYear()} 年 ${at.getMonth() + 1} 月`;
  if (locale !== "en") return formatter(locale, "month of year", { month: "short", year: "numeric" }).format(at);
  return `${formatter(locale, "month", { month: "short" }).format(at).slice(0, 3)} ${at.getFullYear()}`;
}

/** Today by its hour, another day with its weekday and hour. */
export function moment(at: Date, now: Date, locale: Locale): string {
  if (sameDay(at, now)) return clock(at, locale);
  return isHan(locale) ? `${day(at, locale)}${clock(at, locale)}` : `${day(at, locale)}, ${clock(at, locale)}`;
}

/** For a narrow column: 14:32 today, the weekday within a week, else day and month. */
export function brief(at: Date, now: Date, locale: Locale): string {
  if (sameDay(at, now)) return clock(at, locale);
  if (Math.abs(now.getTime() - at.getTime()) < 6 * DAY_MS) {
    return formatter(locale, "weekday", { weekday: "short" }).format(at);
  }
  const thisYear = at.getFullYear() === now.getFullYear();
  if (locale === "en") {
    const month = formatter(locale, "month", { month: "short" }).format(at).slice(0, 3);
    return thisYear ? `${at.getDate()} ${month}` : `${month} ${at.getFullYear()}`;
  }
  return thisYear ? `${at.getMonth() + 1}-${at.getDate()}` : `${at.getFullYear()}-${at.getMonth() + 1}`;
}

/** How long, roughly: 3 min, 1 h 20, 2 d. Rounded down, so that a promise never looks longer. */
export function span(ms: number, locale: Locale): string {
  const minutes = Math.max(0, Math.floor(Math.abs(ms) / MINUTE_MS));
  const [min, hour, days] = locale === "zh-Hans" ? ["分钟", "小时", "天"] : isHan(locale) ? ["分鐘", "小時", "天"] : ["min", "h", "d"];
  if (minutes < 60) return `${minutes}${NBSP}${min}`;
  if (minutes < 24 * 60) {
    const rest = minutes % 60;
    const tail = rest === 0 ? "" : isHan(locale) ? ` ${rest} 分` : ` ${String(rest).padStart(2, "0")}`;
    return `${Math.floor(minutes / 60)}${NBSP}${hour}${tail}`;
  }
  return `${Math.floor(minutes / (24 * 60))}${NBSP}${days}`;
}

/** Mei, Ravi / 小美、拉维 */
export const listed = (words: string[], locale: Locale): string => words.join(isHan(locale) ? "、" : ", ");

/** 1.4 MB; decimal units, as file managers show them. */
export function size(bytes: number, locale: Locale): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = new Intl.NumberFormat(locale === "en" ? "en-GB" : locale, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 });
  return `${digits.format(value)}${NBSP}${units[unit] ?? "B"}`;
}

/** What was judged when a message came: which of its names must not be followed without a warning. */
import type { NameFound } from "$shared/api";
import { knows, say } from "$shared/i18n.svelte";

export const isBad = (one: NameFound): boolean => one.verdict === "look_alike" || one.verdict === "retired" || one.campaign_id !== null;

/** What gives it away, in words. */
export function why(one: NameFound): string {
  const key = `console.names.reason.${one.reasons[0] ?? ""}`;
  return knows(key) ? say(key) : "";
}

function addressOf(value: string): URL | null {
  const whole = value.includes("://") ? value : `https://${value}`;
  return URL.canParse(whole) ? new URL(whole) : null;
}

/** The verdict against a link. All links to one host are judged once, so its host counts; where others live
 *  on that host, too, as in a messenger, its path does. */
export function against(href: string, names: NameFound[]): NameFound | undefined {
  const mailbox = /^mailto:([^?]+)/i.exec(href)?.[1]?.toLowerCase();
  if (mailbox) return names.find((one) => isBad(one) && one.value.toLowerCase() === mailbox);
  const link = addressOf(href);
  if (!link) return undefined;
  const there = names.flatMap((one) => {
    // A mailbox says nothing against the links to where it lies: gmail.com.
    const url = one.place === "text" && !one.value.includes("@") ? addressOf(one.value) : null;
    return url?.host === link.host ? [{ one, url }] : [];
  });
  const isShared = there.some(({ one }) => !isBad(one));
  return there.find(({ one, url }) => isBad(one) && (!isShared || link.pathname.startsWith(url.pathname)))?.one;
}

/** Words and signs for what arrives as a key: channels, languages, states, promises. */
import atSign from "icon:at-sign";
import circleCheck from "icon:circle-check";
import circleDot from "icon:circle-dot";
import clockAlert from "icon:clock-alert";
import filePenLine from "icon:file-pen-line";
import hourglass from "icon:hourglass";
import mail from "icon:mail";
import messagesSquare from "icon:messages-square";
import octagonAlert from "icon:octagon-alert";
import pause from "icon:pause";
import phone from "icon:phone";
import send from "icon:send";
import type { InboxRow, Priority, Status } from "$shared/api";
import { span } from "$shared/format";
import { knows, locale, say } from "$shared/i18n.svelte";
import { t } from "./i18n";

const CHANNEL_SIGNS: Record<string, string> = { chat: messagesSquare, email: mail, telegram: send, phone, web: filePenLine };

/** "chat.web" and "chat.app" are one to people. */
const family = (channel: string): string => channel.split(".")[0] ?? channel;
export const channelSign = (channel: string): string => CHANNEL_SIGNS[family(channel)] ?? atSign;

export function channelName(channel: string): string {
  const key = `console.channel.${family(channel)}`;
  return knows(key) ? say(key) : large(family(channel));
}

/** A name nobody has written words for yet: "pigeon" as "Pigeon". */
export const large = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export function languageName(tag: string): string {
  if (!tag || tag === "und") return t("console.language.unknown");
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // not a language tag at all: show what came
  }
}

export const STATUSES: Status[] = ["open", "waiting", "solved", "spam"];
export const STATUS_SIGNS: Record<Status, string> = { open: circleDot, waiting: pause, solved: circleCheck, spam: octagonAlert };
export const STATUS_TONES = { open: "info", waiting: "warning", solved: "success", spam: "danger" } as const;
export const statusName = (status: Status): string => t(`console.status.${status}`);

export const PRIORITIES: Priority[] = [0, 1, 2, 3];
export const priorityName = (priority: Priority): string => t(`console.priority.${priority}`);

export interface PromiseShown {
  sign: string;
  tone: "" | "warning" | "danger" | "urgent";
  /** For a narrow column: "16 min". */
  short: string;
  /** The whole sentence. */
  full: string;
}

/** Minutes before the promised time from which it is amber, then red. */
const AMBER_MS = 30 * 60_000;
const RED_MS = 5 * 60_000;

/** What stands where the promise does: time left, how late, or why none runs. */
export function promise(row: InboxRow, now: Date): PromiseShown | null {
  if (row.status !== "open") return { sign: STATUS_SIGNS[row.status], tone: "", short: statusName(row.status).toLocaleLowerCase(), full: statusName(row.status) };
  if (row.due_at === null) return null;
  const left = new Date(row.due_at).getTime() - now.getTime();
  const time = span(left, locale());
  if (left < 0) return { sign: clockAlert, tone: "urgent", short: t("console.promise.late_short", { time }), full: t("console.promise.late", { time }) };
  const tone = left < RED_MS ? "danger" : left < AMBER_MS ? "warning" : "";
  return { sign: hourglass, tone, short: time, full: t("console.promise.left", { time }) };
}

/** Chains by the names of their makers, alike in every language. */
const CHAINS: Record<string, string> = {
  ada: "Cardano", algo: "Algorand", aptos: "Aptos", bch: "Bitcoin Cash", bnb: "BNB Beacon", btc: "Bitcoin", cosmos: "Cosmos", dash: "Dash", doge: "Dogecoin",
  dot: "Polkadot", egld: "MultiversX", evm: "EVM", kas: "Kaspa", ltc: "Litecoin", near: "NEAR", sol: "Solana", sui: "Sui", ton: "TON", tron: "TRON",
  xlm: "Stellar", xmr: "Monero", xrp: "XRP Ledger", xtz: "Tezos", zec: "Zcash", zil: "Zilliqa",
};
export const chainName = (chain: string): string => CHAINS[chain] ?? chain.toUpperCase();

/** Everything the desk can do, once: the keys, the palette and the list on "?" all read from here. */
import bookOpen from "icon:book-open";
import circleCheck from "icon:circle-check";
import flag from "icon:flag";
import keyboard from "icon:keyboard";
import lock from "icon:lock";
import reply from "icon:reply";
import scanSearch from "icon:scan-search";
import search from "icon:search";
import tag from "icon:tag";
import userPlus from "icon:user-plus";
import users from "icon:users";
import circleDot from "icon:circle-dot";
import hand from "icon:hand";
import inbox from "icon:inbox";
import layers from "icon:layers";
import pencil from "icon:pencil";
import settings from "icon:settings";
import copy from "icon:copy";
import type { ConsoleKey } from "../i18n";

export interface Command {
  id: string;
  word: ConsoleKey;
  group: "go" | "list" | "ticket" | "desk";
  keys?: string;
  sign?: string;
  /** A permission the open ticket must grant. */
  needs?: string;
  /** Only while a ticket is open. */
  onTicket?: boolean;
  /** Shown on the list of keys, not in the palette: moving is done by hand. */
  isMotion?: boolean;
}

export const COMMANDS: Command[] = [
  { id: "palette", word: "console.do.palette", group: "desk", keys: "mod+k", isMotion: true },
  { id: "keys", word: "console.do.keys", group: "desk", keys: "?", sign: keyboard },
  { id: "search", word: "console.do.search", group: "desk", keys: "/", sign: search },
  { id: "next", word: "console.do.next", group: "list", keys: "j", isMotion: true },
  { id: "previous", word: "console.do.previous", group: "list", keys: "k", isMotion: true },
  { id: "open", word: "console.do.open", group: "list", keys: "enter", isMotion: true },
  { id: "leave", word: "console.do.leave", group: "list", keys: "u", onTicket: true, isMotion: true },
  { id: "reply", word: "console.do.reply", group: "ticket", keys: "r", sign: reply, needs: "ticket.reply", onTicket: true },
  { id: "note", word: "console.do.note", group: "ticket", keys: "n", sign: lock, needs: "ticket.note", onTicket: true },
  { id: "cite", word: "console.do.cite", group: "ticket", keys: "h", sign: bookOpen, needs: "ticket.reply", onTicket: true },
  { id: "check", word: "console.do.check", group: "ticket", keys: "d", sign: scanSearch, needs: "diagnostic.run", onTicket: true },
  { id: "assign", word: "console.do.assign", group: "ticket", keys: "a", sign: userPlus, needs: "ticket.assign", onTicket: true },
  { id: "take", word: "console.do.take", group: "ticket", keys: "m", sign: hand, needs: "ticket.assign", onTicket: true },
  { id: "team", word: "console.do.team", group: "ticket", sign: users, needs: "ticket.edit", onTicket: true },
  { id: "status", word: "console.do.status", group: "ticket", keys: "s", sign: circleDot, needs: "ticket.solve", onTicket: true },
  { id: "solve", word: "console.do.solve", group: "ticket", keys: "e", sign: circleCheck, needs: "ticket.solve", onTicket: true },
  { id: "priority", word: "console.do.priority", group: "ticket", keys: "p", sign: flag, needs: "ticket.edit", onTicket: true },
  { id: "tags", word: "console.do.tags", group: "ticket", keys: "t", sign: tag, needs: "ticket.edit", onTicket: true },
  { id: "subject", word: "console.do.subject", group: "ticket", sign: pencil, needs: "ticket.edit", onTicket: true },
  { id: "copy", word: "console.do.copy", group: "ticket", keys: "c", sign: copy, onTicket: true },
  { id: "go:mine", word: "console.do.go_mine", group: "go", keys: "g i", sign: inbox },
  { id: "go:unassigned", word: "console.do.go_unassigned", group: "go", keys: "g u", sign: userPlus },
  { id: "go:all", word: "console.do.go_all", group: "go", keys: "g a", sign: layers },
  { id: "go:solved", word: "console.do.go_solved", group: "go", keys: "g d", sign: circleCheck },
  { id: "go:settings", word: "console.do.go_settings", group: "go", keys: "g s", sign: settings },
];

export const GROUPS = { ticket: "console.group.ticket", list: "console.group.list", go: "console.group.go", desk: "console.group.desk" } as const;

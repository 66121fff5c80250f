/** Where one can go, once: the rail, the bar of a telephone and the palette all read from here. */
import compass from "icon:compass";
import eye from "icon:eye";
import inbox from "icon:inbox";
import megaphone from "icon:megaphone";
import newspaper from "icon:newspaper";
import scrollText from "icon:scroll-text";
import shieldAlert from "icon:shield-alert";
import shieldCheck from "icon:shield-check";
import siren from "icon:siren";
import triangleAlert from "icon:triangle-alert";
import users from "icon:users";
import type { ConsoleKey } from "../i18n";
import { may } from "../session.svelte";

export interface Room {
  /** Its address below the base. */
  to: string;
  sign: string;
  word: ConsoleKey;
  /** Any of these permissions opens it; none is needed where there are none. */
  needs: string[];
}

const ROOMS: Room[] = [
  { to: "inbox/mine", sign: inbox, word: "console.rail.inbox", needs: [] },
  { to: "emergency", sign: siren, word: "console.rail.emergency", needs: ["freeze.drill"] },
  { to: "articles", sign: newspaper, word: "console.rail.articles", needs: ["article.edit"] },
  { to: "announcements", sign: megaphone, word: "console.rail.announcements", needs: ["article.edit"] },
  { to: "people", sign: users, word: "console.rail.people", needs: ["agent.manage", "team.manage"] },
  { to: "guide", sign: compass, word: "console.rail.guide", needs: ["guide.edit"] },
  { to: "scams", sign: shieldAlert, word: "console.rail.scams", needs: ["ticket.reply", "official.manage"] },
  { to: "official", sign: shieldCheck, word: "console.rail.official", needs: ["official.manage", "audit.see"] },
  { to: "audit", sign: scrollText, word: "console.rail.audit", needs: ["audit.see"] },
  { to: "oversight", sign: eye, word: "console.rail.oversight", needs: ["oversight.see", "export.ask", "export.confirm"] },
  { to: "deliveries", sign: triangleAlert, word: "console.rail.deliveries", needs: ["ticket.reply", "job.see"] },
];

/** The rooms that are open to whoever is signed in. */
export const openRooms = (): Room[] => ROOMS.filter((one) => one.needs.length === 0 || one.needs.some(may));

/** Does the page of this folder belong to the room? */
export const isIn = (routeId: string, to: string): boolean => routeId.split("/")[0] === to.split("/")[0];

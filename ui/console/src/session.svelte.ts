/** Who is signed in, what they may do, and how they like to see it. */
import type { Density, Me, Presence, Theme } from "$shared/api";
import { answerIn, get, patch, post, put } from "$shared/http";
import { speak } from "$shared/i18n.svelte";

/** Kept in the browser too, so that the page before sign-in already looks right. */
const KEPT = "fanlight.look";

let me = $state.raw<Me | null>(null);

export const who = (): Me | null => me;
export const may = (permission: string): boolean => me?.permissions.includes(permission) ?? false;

/** The signed-in agent; only asked for below the sign-in. */
export function agent(): Me {
  if (!me) throw new Error("nobody is signed in");
  return me;
}

interface Look {
  theme: Theme;
  density: Density;
  language: string;
}

export function keptLook(): Partial<Look> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Look>;
  } catch {
    return {}; // storage closed or its content broken: the defaults are fine
  }
}

export function wear(look: Partial<Look>): void {
  const root = document.documentElement;
  if (look.theme === "light" || look.theme === "dark") root.dataset["theme"] = look.theme;
  else delete root.dataset["theme"];
  if (look.density === "comfortable") delete document.body.dataset["density"];
  else document.body.dataset["density"] = "compact";
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...keptLook(), ...look }));
  } catch {
    // Private windows may refuse; the server remembers.
  }
}

async function welcome(fresh: Me): Promise<void> {
  me = fresh;
  wear({ theme: fresh.theme, density: fresh.density, language: fresh.language });
  answerIn(fresh.language);
  await speak(fresh.language);
}

/** Ask who we are; a Problem when nobody is signed in. */
export async function recognise(): Promise<void> {
  await welcome(await get<Me>("/api/console/me"));
}

export async function change(fields: Partial<Pick<Me, "language" | "theme" | "density" | "public_name">>): Promise<void> {
  await welcome(await patch<Me>("/api/console/me", fields));
}

export async function bePresent(state: Presence): Promise<void> {
  await put("/api/console/me/presence", { state });
  if (me) me = { ...me, presence: state };
}

export function forget(): void {
  me = null;
}

export async function signOut(): Promise<void> {
  await post("/api/console/sign-out");
  forget();
}

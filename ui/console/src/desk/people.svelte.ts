/** Colleagues by id, for lines that name somebody by id alone. */
import { SvelteMap } from "svelte/reactivity";
import type { Assignable, Id, Item } from "$shared/api";
import { get } from "$shared/http";
import { agent, may } from "../session.svelte";

const names = new SvelteMap<Id, string>();

export function nameOf(id: Id): string | undefined {
  return id === agent().id ? agent().name : names.get(id);
}

/** Whoever spoke on a timeline is known by that. */
export function learn(items: Iterable<Item>): void {
  for (const { author } of items) if (author.kind === "agent" && author.id && author.name) names.set(author.id, author.name);
}

/** Whom a ticket of a team can be given to. */
export async function colleagues(team?: string): Promise<Assignable[]> {
  const list = await get<Assignable[]>(`/api/console/assignable${team ? `?team=${encodeURIComponent(team)}` : ""}`);
  for (const one of list) names.set(one.id, one.name);
  return list;
}

/** Once a visit; lines that name somebody unknown are then whole. */
export async function meet(): Promise<void> {
  if (may("ticket.assign")) await colleagues();
}

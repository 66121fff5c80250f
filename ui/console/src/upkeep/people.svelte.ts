/** Who may look after articles; asked for once, since it hardly changes. */
import { get } from "$shared/http";
import { DOORS, type Stewards } from "./wire";

let known = $state.raw<Stewards>({ people: [], teams: [] });
let asked: Promise<void> | undefined;

async function ask(): Promise<void> {
  try {
    known = await get<Stewards>(DOORS.stewards);
  } catch {
    asked = undefined; // names are missing meanwhile; the next page asks again
  }
}

export const stewards = (): Stewards => known;
export const knowStewards = (): Promise<void> => (asked ??= ask());
/** The name behind an id; empty for nobody and for somebody who works here no longer. */
export const nameOf = (id: string | null): string => known.people.find((one) => one.id === id)?.name ?? "";

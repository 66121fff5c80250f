/** What a view is called, also before the server has told which there are. */
import type { View } from "$shared/api";
import { knows, say } from "$shared/i18n.svelte";
import { channelName } from "./names";

export function viewName(view: View): string {
  if (view.kind === "channel") return channelName(view.name ?? view.key.slice("channel:".length));
  if (view.kind === "team") return view.name ?? view.key.slice("team:".length);
  return keyName(view.key);
}

export function keyName(key: string, views: View[] = []): string {
  const known = views.find((view) => view.key === key);
  if (known && (known.kind === "team" || known.kind === "channel")) return viewName(known);
  const word = `console.view.${key}`;
  if (knows(word)) return say(word);
  const [kind, name = ""] = key.split(/:(.*)/s);
  return kind === "channel" ? channelName(name) : name || key;
}

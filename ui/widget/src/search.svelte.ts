/** Articles as one types: one question at a time, an old answer never covers a newer one. */
import { get } from "$shared/http";
import { locale } from "$shared/i18n.svelte";
import { isPlain } from "./secrets";
import type { Hits } from "./types";

const PAUSE_MS = 180;

export class Search {
  hits = $state.raw<Hits["results"]>([]);
  corrected = $state<string | null>(null);
  phase = $state<"idle" | "busy" | "done" | "failed">("idle");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | undefined;

  constructor(
    private readonly limit: number,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  ask(query: string): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    const words = query.trim();
    if (!words || !isPlain(words)) {
      this.hits = [];
      this.corrected = null;
      this.phase = "idle";
      return;
    }
    this.phase = "busy";
    this.timer = setTimeout(() => void this.run(words), this.pauseMs);
  }

  private async run(words: string): Promise<void> {
    const asking = (this.asking = new AbortController());
    try {
      const given = new URLSearchParams({ q: words.slice(0, 200), lang: locale(), limit: String(this.limit) });
      const found = await get<Hits>(`/api/help/search?${given}`, asking.signal);
      if (asking.signal.aborted) return;
      this.hits = found.results;
      this.corrected = found.corrected;
      this.phase = "done";
    } catch {
      if (!asking.signal.aborted) this.phase = "failed";
    }
  }
}

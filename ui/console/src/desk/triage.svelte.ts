/** What the guide, the customer or an agent said that the open ticket is about; corrected here, it is learned from. */
import { get, put } from "$shared/http";

export interface Reason {
  code: string;
  words: string;
}

export interface Category {
  key: string;
  name: string;
}

export interface Triage {
  category: string | null;
  category_by: "guide" | "customer" | "agent" | null;
  urgency: string | null;
  confidence: number | null;
  reasons: Reason[];
  categories: Category[];
}

export class TicketTriage {
  told = $state.raw<Triage | null>(null);
  private readonly path: string;

  constructor(id: string) {
    this.path = `/api/console/tickets/${id}/triage`;
  }

  async load(): Promise<void> {
    this.told = await get<Triage>(this.path).catch(() => this.told);
  }

  async correct(category: string): Promise<void> {
    this.told = await put<Triage>(this.path, { category });
  }
}

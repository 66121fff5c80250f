/** What the ticket page can ask in a picker; one at a time. */
export type Ask = "assign" | "status" | "priority" | "team" | "tags" | "subject" | "palette" | "keys";

/** The last words of a talk in one line. */
import { t } from "./i18n";
import type { Message } from "./types";

export function preview(message: Message): string {
  const words = message.text.replace(/⟦hidden:[a-z0-9_]+⟧/gu, "•••").replace(/\s+/g, " ").trim();
  const said = words || message.files[0]?.name || "";
  return message.by === "customer" ? t("widget.talk.you_said", { words: said }) : said;
}

/** A sentence for every refusal: the server's own, else one of ours. */
import { isProblem } from "$shared/http";
import { t } from "./i18n";

export function sentence(error: unknown): string {
  if (!isProblem(error)) {
    console.error(error); // a bug of ours: the console must show it, the page must go on
    return t("shared.failed.our_side");
  }
  if (error.code === "offline") return t("shared.failed.offline");
  return error.title || t("shared.failed.our_side");
}

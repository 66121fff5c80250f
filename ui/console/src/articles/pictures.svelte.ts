/** Pictures on their way into an article: looked into and made anew by the server, then named by their address. */
import { isProblem, upload } from "$shared/http";
import { t } from "../i18n";
import { sentence } from "../problems";
import { ROOM, type Picture } from "./wire";

export const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif";

export const picturesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

export class Pictures {
  /** How far one has come, 0 to 1. */
  sending = $state<number | null>(null);
  refused = $state("");

  async add(list: Iterable<File>, put: (picture: Picture) => void): Promise<void> {
    this.refused = "";
    for (const file of list) {
      this.sending = 0;
      try {
        const form = new FormData();
        form.append("file", file, file.name || "picture.png");
        put(await upload<Picture>(`${ROOM}/pictures`, form, (part) => (this.sending = part)).done);
      } catch (error) {
        this.refused = isProblem(error) ? sentence(error) : t("shared.failed.our_side");
      }
    }
    this.sending = null;
  }
}

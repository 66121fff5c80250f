/** Pictures, videos and captions on their way into an article: looked into by the server, then named by their address. */
import { isProblem, upload } from "$shared/http";
import { t } from "../i18n";
import { sentence } from "../problems";
import { ROOM, type Clip, type Picture } from "./wire";

export const PICTURES = "image/png,image/jpeg,image/webp,image/gif";
export const CLIPS = "video/mp4,video/webm,.vtt";

const isPicture = (file: File): boolean => file.type.startsWith("image/");
const isCaptions = (file: File): boolean => /\.vtt$/i.test(file.name);
const isClip = (file: File): boolean => file.type.startsWith("video/") || isCaptions(file);

export const picturesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter(isPicture);
export const clipsOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter(isClip);

export class Incoming {
  /** How far one has come, 0 to 1. */
  sending = $state<number | null>(null);
  refused = $state("");

  pictures(list: Iterable<File>, put: (picture: Picture) => void): Promise<void> {
    return this.#add<Picture>(`${ROOM}/pictures`, list, put);
  }

  /** `put` says whether there is a place for it: captions belong into a video, which comes first. */
  clips(list: Iterable<File>, put: (clip: Clip, name: string) => boolean): Promise<void> {
    const ordered = [...list].sort((a, b) => Number(isCaptions(a)) - Number(isCaptions(b)));
    return this.#add<Clip>("/api/console/clips", ordered, (clip, name) => {
      if (!put(clip, name)) this.refused = t("console.rich.captions_nowhere");
    });
  }

  async #add<T>(door: string, list: Iterable<File>, put: (it: T, name: string) => void): Promise<void> {
    this.refused = "";
    for (const file of list) {
      this.sending = 0;
      try {
        const form = new FormData();
        form.append("file", file, file.name || "picture.png");
        put(await upload<T>(door, form, (part) => (this.sending = part)).done, file.name);
      } catch (error) {
        this.refused = isProblem(error) ? sentence(error) : t("shared.failed.our_side");
      }
    }
    this.sending = null;
  }
}

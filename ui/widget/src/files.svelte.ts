/** Files chosen for the next message: sent at once with progress, checked by the desk, refused with a reason. */
import type { FileInfo } from "$shared/api";
import { size } from "$shared/format";
import { Problem, upload } from "$shared/http";
import { locale } from "$shared/i18n.svelte";
import { t } from "./i18n";

export interface Attachment {
  key: number;
  name: string;
  type: string;
  sizeBytes: number;
  state: "sending" | "ready" | "refused";
  progress: number;
  reason: string;
  file: FileInfo | null;
}

let next = 1;

export class Attachments {
  list = $state<Attachment[]>([]);
  readonly isBusy = $derived(this.list.some((each) => each.state === "sending"));
  private readonly cancels = new Map<number, () => void>();

  add(files: Iterable<File>, limit: { files: number; bytes: number }): void {
    for (const file of files) {
      const key = next++;
      const entry = { key, name: file.name || t("widget.file.pasted"), type: file.type, sizeBytes: file.size, state: "sending" as const, progress: 0, reason: "", file: null };
      this.list.push(entry);
      if (file.size > limit.bytes) this.refuse(key, t("shared.file.too_large", { limit: size(limit.bytes, locale()) }));
      else if (this.list.filter((each) => each.state !== "refused").length > limit.files) this.refuse(key, t("widget.file.too_many", { limit: limit.files }));
      else this.send(key, file);
    }
  }

  remove(key: number): void {
    this.cancels.get(key)?.();
    this.cancels.delete(key);
    this.list = this.list.filter((each) => each.key !== key);
  }

  /** Take the checked files out, to go with a message. */
  take(): FileInfo[] {
    const ready = this.list.flatMap((each) => (each.file ? [each.file] : []));
    this.list = this.list.filter((each) => each.state === "refused");
    return ready;
  }

  clear(): void {
    for (const each of [...this.list]) this.remove(each.key);
  }

  private send(key: number, file: File): void {
    const form = new FormData();
    form.append("file", file, file.name || t("widget.file.pasted"));
    const { done, cancel } = upload<FileInfo>("/api/widget/files", form, (part) => this.change(key, { progress: part }));
    this.cancels.set(key, cancel);
    done
      .then((info) => {
        if (info.state === "refused") this.refuse(key, info.detail ?? "");
        else this.change(key, { state: "ready", progress: 1, file: info });
      })
      .catch((error: unknown) => {
        if (error instanceof Problem && error.code === "cancelled") return;
        const problem = error instanceof Problem ? error : null;
        this.refuse(key, problem?.title || (problem?.code === "offline" ? t("widget.file.offline") : t("widget.file.no_answer")));
      });
  }

  private refuse(key: number, reason: string): void {
    this.change(key, { state: "refused", reason });
  }

  private change(key: number, part: Partial<Attachment>): void {
    const found = this.list.find((each) => each.key === key);
    if (found) Object.assign(found, part);
  }
}

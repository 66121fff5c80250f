/** Files on their way with a message: each with its progress, its checks, and why it was not taken. */
import type { FileInfo, Id } from "$shared/api";
import { size } from "$shared/format";
import { isProblem, upload } from "$shared/http";
import { fileReason, locale } from "$shared/i18n.svelte";
import { t } from "../i18n";
import { sentence } from "../problems";

export class Attachment {
  progress = $state(0);
  info = $state.raw<FileInfo | null>(null);
  /** Why it was not taken, and what to do. */
  reason = $state("");
  private stop: () => void = () => undefined;

  constructor(
    readonly key: number,
    readonly file: File,
  ) {}

  readonly state = $derived.by(() => {
    if (this.reason) return "refused" as const;
    if (!this.info) return "sending" as const;
    return this.info.state === "clean" ? ("ready" as const) : this.info.state === "refused" ? ("refused" as const) : ("checking" as const);
  });

  async send(ticketId: Id): Promise<void> {
    const form = new FormData();
    form.set("ticket_id", ticketId);
    form.set("file", this.file);
    const sending = upload<FileInfo>("/api/console/files", form, (part) => (this.progress = part));
    this.stop = sending.cancel;
    try {
      this.info = await sending.done;
      if (this.info.state === "refused") this.reason = fileReason(this.info.detail);
    } catch (error) {
      this.reason = isProblem(error, "file_refused") ? fileReason(String(error.params["reason"])) : sentence(error);
    }
  }

  cancel(): void {
    this.stop();
  }
}

let next = 1;

/** The files of one message being written. */
export class Attachments {
  list = $state<Attachment[]>([]);

  constructor(private readonly ticketId: Id) {}

  add(files: Iterable<File>, limit: { files: number; bytes: number }): void {
    for (const file of files) {
      const one = new Attachment(next++, file);
      this.list.push(one);
      const taken = this.list.filter((other) => other.state !== "refused").length;
      if (limit.files > 0 && taken > limit.files) one.reason = t("console.files.too_many", { count: limit.files });
      else if (limit.bytes > 0 && file.size > limit.bytes) one.reason = t("shared.file.too_large", { limit: size(limit.bytes, locale()) });
      else void one.send(this.ticketId);
    }
  }

  remove(one: Attachment): void {
    one.cancel();
    this.list = this.list.filter((other) => other !== one);
  }

  clear(): void {
    this.list = [];
  }

  get isBusy(): boolean {
    return this.list.some((one) => one.state === "sending" || one.state === "checking");
  }

  get ids(): Id[] {
    return this.list.filter((one) => one.state === "ready").map((one) => one.info?.id ?? "");
  }
}

/** One act at a time behind a form: whether it runs, and what was said against it. */
import { sentence } from "./problems";

export class Submitting {
  isBusy = $state(false);
  /** Why it was refused, in one sentence; empty when nothing was. */
  trouble = $state("");

  /** `act` is done once, however often the button is pressed; what it throws is said in `trouble`. */
  constructor(private readonly act: () => Promise<unknown>) {}

  readonly submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.run();
  };

  async run(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.trouble = "";
    try {
      await this.act();
    } catch (error) {
      this.trouble = sentence(error);
    } finally {
      this.isBusy = false;
    }
  }
}

export const submitting = (act: () => Promise<unknown>): Submitting => new Submitting(act);

/** One act at a time behind a form or a button: whether it runs, and what was said against it. */
import { toast } from "$shared/toasts.svelte";
import { sentence } from "./problems";

type Act = () => Promise<unknown> | void;

export class Submitting {
  isBusy = $state(false);
  /** Why it was refused, in one sentence; empty when nothing was. */
  trouble = $state("");

  /** `refusal`: what is said in `trouble` of what an act throws. */
  constructor(
    private readonly act: Act,
    private readonly refusal: (error: unknown) => string,
  ) {}

  readonly submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.run();
  };

  /** True when it was done, which it is once, however often the button is pressed. `act`: another one that may not run beside it. */
  async run(act: Act = this.act): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.trouble = "";
    try {
      await act();
      return true;
    } catch (error) {
      this.trouble = this.refusal(error);
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

const nothing: Act = () => undefined;

export const submitting = (act: Act = nothing, refusal = sentence): Submitting => new Submitting(act, refusal);

/** The same where there is no place for a sentence beside the button. */
export const toasting = (act: Act = nothing): Submitting => submitting(act, (error) => (toast(sentence(error)), ""));

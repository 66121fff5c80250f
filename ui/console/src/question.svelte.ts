/** A yes or a no that an act waits for: it asks, and a dialog of the page answers. */
export class Question<T> {
  /** What is asked about; null while nothing is. */
  about = $state.raw<T | null>(null);
  #answer: (is: boolean) => void = () => undefined;

  /** True for yes. Whoever still waits for another answer is told no. */
  ask(about: T): Promise<boolean> {
    this.answer(false);
    this.about = about;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  readonly answer = (is: boolean): void => {
    this.about = null;
    this.#answer(is);
  };
}

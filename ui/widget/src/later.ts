/** The part of the app that the first view does without: one bundle, fetched once, tried again when it failed. */

export type Later = typeof import("./rest");

let coming: Promise<Later> | undefined;

export function later(): Promise<Later> {
  return (coming ??= import("./rest").catch((error: unknown) => {
    coming = undefined;
    // The device may be without a network for a moment.
    return new Promise((resolve) => setTimeout(resolve, 3000)).then(later, () => Promise.reject(error));
  }));
}

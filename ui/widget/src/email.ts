/** Whether somebody meant an e-mail address; the server decides whether it is one. */
export const looksLikeEmail = (text: string): boolean => /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());

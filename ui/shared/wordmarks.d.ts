export function isWord(word: string): boolean;

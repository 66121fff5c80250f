/** What something looks like; "ambiguous" is a transaction or a private key, and only the writer knows. */
export type Suspect =
  | "seed_phrase" | "private_key" | "extended_key" | "keystore" | "api_secret" | "totp_secret" | "password" | "otp" | "card" | "ambiguous";

/** What looks like a secret, and where it stands. */
export interface Found {
  kind: Suspect;
  start: number;
  end: number;
}

export function look(text: string): Found[];
export function without(text: string, mark: (kind: Suspect) => string): string;

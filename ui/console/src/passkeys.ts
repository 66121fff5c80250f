/** Passkeys between server and browser: their JSON carries bytes as base64url. */
import type { RecoveryCodes } from "$shared/api";
import { post } from "$shared/http";
import { t } from "./i18n";

type Json = Record<string, unknown>;

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string | null {
  if (buffer === null) return null;
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list ?? []) as { id: string; type: "public-key"; transports?: AuthenticatorTransport[] }[]).map((one) => ({ ...one, id: bytes(one.id) }));

export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

/** Ask the device to sign in; throws when the person says no. */
export async function signWith(options: Json): Promise<Json> {
  const credential = (await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options["challenge"] as string), allowCredentials: withBytes(options["allowCredentials"]) },
  })) as PublicKeyCredential;
  const answer = credential.response as AuthenticatorAssertionResponse;
  return {
    ...common(credential),
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      userHandle: text(answer.userHandle),
    },
  };
}

/** What the agent will recognise it by among others. */
function deviceName(): string {
  const system = /Mac|iPhone|iPad|Windows|Android|Linux/.exec(navigator.userAgent)?.[0] ?? "";
  return system ? t("console.passkey.on", { system }) : t("console.passkey.one");
}

/** A new passkey for whoever is signed in, or half so; recovery codes come with the first second proof. */
export async function addPasskey(): Promise<string[]> {
  const options = await post<Json>("/api/console/me/passkeys/options");
  const credential = await make(options);
  return (await post<RecoveryCodes>("/api/console/me/passkeys", { credential, name: deviceName() })).recovery_codes;
}

/** Ask the device to make a new passkey. */
async function make(options: Json): Promise<Json> {
  const user = options["user"] as { id: string; name: string; displayName: string };
  const credential = (await navigator.credentials.create({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(options["challenge"] as string),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: withBytes(options["excludeCredentials"]),
    },
  })) as PublicKeyCredential;
  const answer = credential.response as AuthenticatorAttestationResponse;
  return {
    ...common(credential),
    response: { clientDataJSON: text(answer.clientDataJSON), attestationObject: text(answer.attestationObject), transports: answer.getTransports() },
  };
}

function common(credential: PublicKeyCredential): Json {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

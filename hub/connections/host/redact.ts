/** Puts `[redacted]` in the place of every secret, also when it stands in base64, a URL or JSON. */
export type Redact = (text: string) => string;

/** Builds a redactor for one connection's secrets. */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ]) {
      if (form !== '') forms.add(form);
    }
  }
  // Longest first, so that one form inside another leaves no remainder.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text);
}

/** Secrets of a connection while its work goes on: tokens come and go. */
export interface SecretTexts {
  add(secret: string): void;
  readonly redact: Redact;
}

/** More are never of use at once; the oldest go first. */
const MOST_SECRETS = 64;

/** Makes an empty collection. */
export function createSecretTexts(): SecretTexts {
  const secrets = new Set<string>();
  let redact: Redact | undefined;
  return {
    add(secret) {
      if (!secrets.delete(secret)) redact = undefined;
      secrets.add(secret);
      if (secrets.size > MOST_SECRETS) for (const oldest of [...secrets].slice(0, 1)) secrets.delete(oldest);
    },
    redact(text) {
      redact ??= createRedact([...secrets]);
      return redact(text);
    },
  };
}

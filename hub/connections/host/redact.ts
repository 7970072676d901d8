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

/** Headers that hold a credential of the recording client. */
const CREDENTIALS = ['Authorization', 'Proxy-Authorization'] as const;

/**
 * A body as it is kept: master keys of SRTP (`inline:` in RFC 4568) are overwritten, each by as many asterisks, because
 * whoever may read the metadata of a recording need not be able to open what went over the wire. Everything else stays
 * as it came.
 */
export function concealKeys(body: Buffer): Buffer {
  const text = body.toString('latin1'); // one byte a character, whatever the bytes mean
  const concealed = text.replaceAll(
    /(inline:)([A-Za-z0-9+/=]+)/gi,
    (_all, word: string, key: string) => word + '*'.repeat(key.length),
  );
  return concealed === text ? body : Buffer.from(concealed, 'latin1');
}

/** The header block of a request without its credentials. */
export function withoutCredentials<T extends { clone(): { delete(name: string): unknown } }>(
  headers: T,
): ReturnType<T['clone']> {
  const kept = headers.clone();
  for (const name of CREDENTIALS) kept.delete(name);
  return kept as ReturnType<T['clone']>;
}

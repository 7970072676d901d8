/**
 * Reads an fmtp text, `name=value` pairs between semicolons (RFC 4566 section 6, RFC 4867 section 8.3). Names come back
 * in small letters; a name without a value has the empty string. Never throws: what is no parameter is left out.
 */
export function parseFormatParameters(fmtp: string | undefined): ReadonlyMap<string, string> {
  const pairs = (fmtp ?? '').split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name.trim().toLowerCase(), value.join('=').trim()] as const;
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

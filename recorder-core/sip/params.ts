import { quote, splitUnquoted, trimBlanks, unquote } from './quoted-text.ts';

/**
 * Parameters of a header value or URI in order: names lower-case, values unquoted, `undefined` for a bare
 * name. The first of two equal names wins.
 */
export type Params = ReadonlyMap<string, string | undefined>;

/** Reads `a=1;b;c="x y"` (without the leading semicolon). Never throws; empty pieces are skipped. */
export function parseParams(text: string): Map<string, string | undefined> {
  const params = new Map<string, string | undefined>();
  for (const piece of splitUnquoted(text, ';')) {
    const equals = piece.indexOf('=');
    const name = trimBlanks(equals === -1 ? piece : piece.slice(0, equals)).toLowerCase();
    if (name === '' || params.has(name)) continue;
    params.set(name, equals === -1 ? undefined : unquote(trimBlanks(piece.slice(equals + 1))));
  }
  return params;
}

/** Writes parameters with a leading semicolon each, quoting values that are neither token nor host. */
export function formatParams(params: Params): string {
  return [...params]
    .map(([name, value]) => (value === undefined ? `;${name}` : `;${name}=${written(value)}`))
    .join('');
}

function written(value: string): string {
  return /^[\w.!%*+`'~:[\]/$&-]+$/.test(value) ? value : quote(value);
}

import { parseParams, type Params } from './params.ts';
import { trimBlanks, unquote } from './quoted-text.ts';

/** The value of From, To, Contact, Route and their like (RFC 3261 section 20.10). */
export interface NameAddr {
  readonly displayName?: string;
  /** The URI as written, with its own parameters when it stood in brackets. */
  readonly uri: string;
  /** The parameters behind the URI: `tag`, `+sip.src`. */
  readonly params: Params;
}

/**
 * Reads one name-addr or addr-spec; `undefined` when no URI is there. A missing closing bracket, which one
 * vendor sends, is forgiven: everything to the end is the URI. Never throws.
 */
export function parseNameAddr(text: string): NameAddr | undefined {
  const open = openingBracket(text);
  if (open === -1) {
    const end = text.indexOf(';');
    const uri = trimBlanks(end === -1 ? text : text.slice(0, end));
    if (!/^[^\s<>"]+$/.test(uri)) return undefined;
    return { uri, params: parseParams(end === -1 ? '' : text.slice(end + 1)) };
  }
  const close = text.indexOf('>', open);
  const uri = trimBlanks(text.slice(open + 1, close === -1 ? undefined : close));
  if (uri === '') return undefined;
  const displayName = unquote(trimBlanks(text.slice(0, open)));
  const params = parseParams(close === -1 ? '' : text.slice(close + 1));
  return displayName === '' ? { uri, params } : { displayName, uri, params };
}

/** The `tag` parameter of a From or To value; `undefined` when absent or empty. */
export function tagOf(value: string | undefined): string | undefined {
  return parseNameAddr(value ?? '')?.params.get('tag') || undefined;
}

/** A From or To value for a request of ours: URI in brackets, tag at the end. */
export function withTag(value: string, tag: string): string {
  const bracketed = value.includes('<') ? value : `<${value}>`;
  return `${bracketed};tag=${tag}`;
}

/** A bracket inside the quoted display name does not open the URI. */
function openingBracket(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === '<' && !quoted) return at;
  }
  return -1;
}

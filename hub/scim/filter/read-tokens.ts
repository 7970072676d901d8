import { scimRefusal } from '../scim-refusal.ts';
import type { AttributePath } from '../schemas/find-attribute.ts';

/** A piece of a filter or a path; `at` counts characters from 0. */
export type Token = { readonly at: number } & (
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: '(' | ')' | '[' | ']' | 'end' }
);

/** Longer than any directory writes. */
const MOST_CHARACTERS = 4_000;
// One alternative each; anything else at a place is a fault there.
const TOKEN =
  /\s+|[()[\]]|"(?:[^"\\\u0000-\u001f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$:.])|[A-Za-z$.][\w$:.+/%-]*/y;

/** Splits a filter or a path. @throws HoldfastError with the SCIM type given, naming the place. */
export function readTokens(source: string, type: 'invalidFilter' | 'invalidPath'): Token[] {
  if (source.length > MOST_CHARACTERS)
    throw scimRefusal(type, `It has more than ${MOST_CHARACTERS} characters.`);
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(source)?.[0];
    if (text === undefined) throw scimRefusal(type, `At character ${at + 1}: this cannot be read.`);
    if (text.trim() !== '') tokens.push({ at, ...tokenOf(text, at, type) });
    at += text.length;
  }
  tokens.push({ at: source.length, kind: 'end' });
  return tokens;
}

type Kinded = Token extends infer T ? (T extends Token ? Omit<T, 'at'> : never) : never;

function tokenOf(text: string, at: number, type: 'invalidFilter' | 'invalidPath'): Kinded {
  if (text === '(' || text === ')' || text === '[' || text === ']') return { kind: text };
  if (!/^["\-\d]/.test(text)) return { kind: 'word', text };
  try {
    return { kind: 'value', value: JSON.parse(text) as string | number };
  } catch {
    throw scimRefusal(type, `At character ${at + 1}: this value is not of the form of JSON.`);
  }
}

/** Reads `[urn:]name[.sub]`; undefined where it has another form. A URN has full stops of its own, so its last colon divides. */
export function readAttributePath(word: string): AttributePath | undefined {
  const colon = word.lastIndexOf(':');
  const urn = colon === -1 ? null : word.slice(0, colon);
  if (urn !== null && !/^urn:[\w:.+/%-]+$/i.test(urn)) return undefined;
  const [name = '', sub, more] = word.slice(colon + 1).split('.');
  if (more !== undefined || !isName(name) || (sub !== undefined && !isName(sub))) return undefined;
  return { urn, name, sub: sub ?? null };
}

function isName(name: string): boolean {
  return /^[A-Za-z$][\w-]*$/.test(name);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { normalPassword } from '../../../recorder-core/policy/password-rules.ts';

/** Some 49,000 passwords, one a line, with their origin and licence in the lines that begin with `#`. */
const FILE = join(import.meta.dirname, 'common-passwords.txt.br');
/** So many of them in a row are as easy to try as one. */
const MOST_PIECES = 2;
/** Digits before, between and after them that add next to nothing: a year, a count, a date. */
const MOST_DIGITS = 8;
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is one of those that are tried first: a common or breached one, or two of them with digits and signs around,
 * also with `0` for `o` and the like. The list comes with the product; nothing of a password leaves the process.
 */
export function isCommonPassword(password: string): boolean {
  known ??= readKnown();
  const small = normalPassword(password).toLowerCase();
  const plain = [...small].map((each) => LOOKS_LIKE[each] ?? each).join('');
  return [small, plain].some((form) => isMadeOf(lettersAndDigits(form), known ?? new Set()));
}

function readKnown(): ReadonlySet<string> {
  const lines = brotliDecompressSync(readFileSync(FILE)).toString().split('\n');
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}

function lettersAndDigits(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Whether a text is pieces of the list and digits throughout, each way of cutting it looked at once. */
function isMadeOf(text: string, list: ReadonlySet<string>): boolean {
  // For each place that can be reached: the fewest digits on the way there, by how many pieces.
  const reached = Array.from({ length: text.length + 1 }, () => new Map<number, number>());
  reached[0]?.set(0, 0);
  const reach = (at: number, pieces: number, digits: number): void => {
    const there = reached[at];
    if (there !== undefined && digits < (there.get(pieces) ?? Infinity)) there.set(pieces, digits);
  };
  for (let at = 0; at < text.length; at += 1)
    for (const [pieces, digits] of reached[at] ?? []) {
      if (/\d/.test(text.charAt(at)) && digits < MOST_DIGITS) reach(at + 1, pieces, digits + 1);
      if (pieces === MOST_PIECES) continue;
      for (let end = at + 4; end <= text.length; end += 1)
        if (list.has(text.slice(at, end))) reach(end, pieces + 1, digits);
    }
  return [...(reached[text.length]?.keys() ?? [])].some((pieces) => pieces > 0);
}

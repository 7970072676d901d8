import { hubTexts } from '../i18n/t.ts';

/** A text of the hub with values in it, as the catalogue has it: what it looks like, and its text in the language of the page. */
interface Template {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly text: string;
}

const VALUE = /\{\{(\w+)\}\}/g;
/** Values of these names are texts of the hub themselves. */
const IS_TEXT = /Text$/;
const MOST_REMEMBERED = 2_000;

/**
 * A text of the hub (a problem, a reason, a finding, the title of a check) in the language of the page. The English text is the key,
 * as it is for the console's own. Of a text that the catalogue lacks, each sentence is looked for; where one is lacking too, all of it
 * stays English, for half a text in each language is harder to read than either.
 */
export function fromHub(text: string): string {
  const catalogue = hubTexts();
  if (catalogue === undefined) return text;
  if (catalogue !== known?.catalogue)
    known = { catalogue, templates: templatesOf(catalogue), told: new Map() };
  const told = known.told.get(text);
  if (told !== undefined) return told;
  const made = whole(text) ?? bySentences(text) ?? text;
  if (known.told.size >= MOST_REMEMBERED) known.told.clear();
  known.told.set(text, made);
  return made;
}

let known:
  | {
      readonly catalogue: Readonly<Record<string, string>>;
      readonly templates: readonly Template[];
      readonly told: Map<string, string>;
    }
  | undefined;

function whole(text: string): string | undefined {
  if (known === undefined) return undefined;
  if (Object.hasOwn(known.catalogue, text)) return known.catalogue[text];
  // A part of a sentence that stands at its end: its full stop is no part of a value.
  const bare = /^[a-z].*[^.]\.$/s.test(text) ? whole(text.slice(0, -1)) : undefined;
  if (bare !== undefined) return `${bare}.`;
  for (const { pattern, names, text: translated } of known.templates) {
    const values = pattern.exec(text)?.slice(1);
    if (values === undefined) continue;
    return translated.replace(VALUE, (_place, name: string) => {
      const value = values[names.indexOf(name)] ?? '';
      return IS_TEXT.test(name) ? fromHub(value) : value;
    });
  }
  return undefined;
}

function bySentences(text: string): string | undefined {
  const sentences = text.split(/(?<=[.!?]) (?=[A-Z])/);
  if (sentences.length < 2) return undefined;
  const told = sentences.map(whole);
  return told.every((sentence) => sentence !== undefined) ? told.join(' ') : undefined;
}

/** The most particular first: where two fit, the one with more fixed words in it says more. */
function templatesOf(catalogue: Readonly<Record<string, string>>): readonly Template[] {
  return Object.entries(catalogue)
    .filter(([key]) => key.includes('{{'))
    .sort(([one], [other]) => fixedLength(other) - fixedLength(one))
    .map(([key, text]) => ({
      pattern: new RegExp(
        `^${key
          .split(/\{\{\w+\}\}/)
          .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('(.*?)')}$`,
        's',
      ),
      names: [...key.matchAll(VALUE)].map(([, name]) => name ?? ''),
      text,
    }));
}

function fixedLength(key: string): number {
  return key.replace(VALUE, '').length;
}

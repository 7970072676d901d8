import type { Suggestion, Suggestions } from './suggestion.ts';

/** The names that an expression may use, as the hub lists them. */
export interface Vocabulary {
  /** `record.parties[].name` is the name of each element of `record.parties`. */
  readonly fields: readonly { readonly path: string; readonly type: string }[];
  readonly functions: readonly {
    readonly name: string;
    /** The type it is called on; null for one that stands alone. */
    readonly on: string | null;
    readonly takes: readonly string[];
    readonly gives: string;
  }[];
}

/** What a piece of an expression is: a place in the vocabulary, or only a type. */
interface Known {
  readonly path?: string;
  readonly type: string;
}

const LOOPS = 'filter|map|all|exists|exists_one';
const ANY: Known = { type: 'any' };

/** Words for a place of a CEL expression: fields and functions of what stands before the dot, else those that stand alone. */
export function celSuggestions(
  { fields, functions }: Vocabulary,
  text: string,
  at: number,
): Suggestions | null {
  const before = text.slice(0, at);
  if (isInText(before)) return null;
  const typed = /[A-Za-z_]\w*$/.exec(before)?.[0] ?? '';
  const from = at - typed.length;
  if (before[from - 1] !== '.') {
    if (/\d$/.test(before) && typed === '') return null;
    const names = [...loopNames(before), ...new Set(fields.map(({ path }) => path.split(/[.[]/)[0] ?? ''))];
    const words = names.map((label): Suggestion => ({ label, kind: 'field' }));
    return { from, options: [...words, ...offered(functions.filter(({ on }) => on === null))] };
  }
  const owner = knownAt(before, from - 1, fields);
  const inner = fields.filter(({ path }) => owner.path !== undefined && isChild(owner.path, path));
  const children = inner.map(({ path, type }): Suggestion => ({
    label: path.split('.').at(-1) ?? '',
    detail: type,
    kind: 'field',
  }));
  return { from, options: [...children, ...offered(functions.filter(({ on }) => fits(owner.type, on)))] };
}

function isChild(owner: string, path: string): boolean {
  return path.startsWith(`${owner}.`) && /^\w+$/.test(path.slice(owner.length + 1));
}

/** One word for each name, however many forms the function has. */
function offered(functions: Vocabulary['functions']): Suggestion[] {
  return [...Map.groupBy(functions, ({ name }) => name)].map(([label, forms]): Suggestion => {
    const written = (takes: readonly string[]) => `(${takes.join(', ')})`;
    const empty = forms.every(({ takes }) => takes.length === 0);
    return {
      label,
      kind: 'function',
      detail: forms[0]?.gives ?? '',
      about: [...new Set(forms.map(({ takes, gives }) => `${label}${written(takes)}: ${gives}`))].join('\n'),
      insert: `${label}()`,
      caretBack: empty ? 0 : 1,
    };
  });
}

function fits(type: string, on: string | null): boolean {
  if (on === null) return false;
  const plain = type.replace(/ or null$/, '');
  if (plain === 'any' || on === 'any') return true;
  return on.startsWith('list') ? /^(list of|empty list)/.test(plain) : plain === on;
}

/** Whether the caret stands in a text between quotation marks. */
function isInText(before: string): boolean {
  const rest = before.replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '');
  return /["']/.test(rest);
}

/** Names that loops around the caret give to the elements of their lists, the innermost first. */
function loopNames(before: string): string[] {
  return [...before.matchAll(new RegExp(`\\.(?:${LOOPS})\\(\\s*([A-Za-z_]\\w*)\\s*,`, 'g'))]
    .map(([, name = '']) => name)
    .reverse();
}

/** What the chain of names, calls and places is that ends before `end`. */
function knownAt(text: string, end: number, fields: Vocabulary['fields']): Known {
  const start = chainStart(text, end);
  const [first = '', ...links] = linksOf(text.slice(start, end));
  return links.reduce(
    (owner, link) => followed(owner, link, fields),
    named(text.slice(0, start), first, fields),
  );
}

function named(before: string, name: string, fields: Vocabulary['fields']): Known {
  const loops = [...before.matchAll(new RegExp(`\\.(?:${LOOPS})\\(\\s*${name}\\s*,`, 'g'))];
  const loop = /^[A-Za-z_]\w*$/.test(name) ? loops.at(-1) : undefined;
  if (loop !== undefined) return followed(knownAt(before, loop.index, fields), '[0]', fields);
  const type = fields.find(({ path }) => path === name)?.type;
  if (type !== undefined) return { path: name, type };
  // A name that stands only before others, such as the message of a sample.
  return fields.some(({ path }) => path.startsWith(name)) ? { path: name, type: 'any' } : ANY;
}

function followed(owner: Known, link: string, fields: Vocabulary['fields']): Known {
  const call = /^\.(\w+)\(/.exec(link)?.[1];
  if (call === 'filter' || call === 'orElse') return owner;
  const isElement = link.startsWith('[') || call === 'first' || call === 'last';
  if (!isElement && call !== undefined) return ANY;
  if (owner.path === undefined) return ANY;
  const path = isElement ? `${owner.path}[]` : `${owner.path}${link}`;
  return { path, type: fields.find((field) => field.path === path)?.type ?? 'any' };
}

/** Where the chain begins that ends at `end`: names, dots, and whatever stands in brackets behind a name. */
function chainStart(text: string, end: number): number {
  let at = end;
  let depth = 0;
  for (; at > 0; at--) {
    const sign = text[at - 1] ?? '';
    if (/[)\]]/.test(sign)) depth++;
    else if (/[([]/.test(sign)) {
      if (depth === 0) return at;
      depth--;
    } else if (depth === 0 && !/[\w.]/.test(sign)) return at;
  }
  return at;
}

/** A chain in its pieces: `record`, `.parties`, `[0]`, `.filter(…)`. */
function linksOf(chain: string): string[] {
  const links: string[] = [];
  let depth = 0;
  let link = '';
  for (const sign of chain) {
    const begins = depth === 0 && (sign === '.' || sign === '[');
    if (begins && link !== '') {
      links.push(link);
      link = '';
    }
    link += sign;
    if (/[([]/.test(sign)) depth++;
    else if (/[)\]]/.test(sign)) depth--;
  }
  return [...links, link];
}

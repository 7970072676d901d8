/**
 * What a policy asks of a recording's row once everything that is known without the row is settled: a formula of two truth
 * values, never three. A comparison with a column that is null is false, and its opposite true;
 * `recorder-core/records/write-formula.ts` keeps that in SQL.
 */

/** A column, or what else is read of the row. Two of one name are the same. */
export interface Column {
  readonly name: string;
  readonly holds: 'text' | 'instant' | 'texts' | 'flag';
  /** True where a row need not have it. Flags and lists always are there. */
  readonly optional?: boolean;
}

export type TextTerm = string | Column;

/** Whole numbers without bounds. Instants are milliseconds since 1970, durations milliseconds. */
export type NumberTerm =
  | bigint
  | Column
  | { readonly op: '+' | '-' | '*'; readonly left: NumberTerm; readonly right: NumberTerm }
  /** Divided by a positive constant; what is left over is dropped, towards zero or down. */
  | {
      readonly op: '/';
      readonly left: NumberTerm;
      readonly by: bigint;
      readonly towards: 'zero' | 'down';
    };

/** A piece of a pattern of `like`: any characters, or these. */
export type PatternPart = 'any' | { readonly literal: string };

/** What SQL answers about one row. */
export type Atom =
  | { readonly op: 'flag'; readonly column: Column }
  | { readonly op: 'present'; readonly column: Column }
  | { readonly op: 'same-text'; readonly left: TextTerm; readonly right: TextTerm }
  | {
      readonly op: 'compare';
      readonly by: '=' | '<' | '<=';
      readonly left: NumberTerm;
      readonly right: NumberTerm;
    }
  | { readonly op: 'like'; readonly text: TextTerm; readonly pattern: readonly PatternPart[] }
  | { readonly op: 'member'; readonly text: TextTerm; readonly column: Column }
  /** Every one of the column's texts is one of these; so it is where it has none. */
  | { readonly op: 'within'; readonly column: Column; readonly texts: readonly TextTerm[] };

export type Formula =
  | boolean
  | Atom
  | { readonly op: 'not'; readonly of: Formula }
  | { readonly op: 'and'; readonly of: readonly Formula[] }
  | { readonly op: 'or'; readonly of: readonly Formula[] };

/** The opposite. */
export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula;
  return formula.op === 'not' ? formula.of : { op: 'not', of: formula };
}

/** All of them; true for none. */
export function and(...formulas: readonly Formula[]): Formula {
  return join('and', formulas);
}

/** One of them at least; false for none. */
export function or(...formulas: readonly Formula[]): Formula {
  return join('or', formulas);
}

/** `yes` where the condition holds, else `no`. */
export function either(condition: Formula, yes: Formula, no: Formula): Formula {
  if (condition === true || keyOf(yes) === keyOf(no)) return yes;
  if (condition === false) return no;
  return or(and(condition, yes), and(not(condition), no));
}

/** Two formulas of one key say the same. */
export function keyOf(formula: Formula): string {
  if (typeof formula === 'boolean') return String(formula);
  let key = KEYS.get(formula);
  if (key === undefined) {
    key =
      formula.op === 'not'
        ? `!${keyOf(formula.of)}`
        : formula.op === 'and' || formula.op === 'or'
          ? `${formula.op}(${formula.of.map(keyOf).join()})`
          : JSON.stringify(formula, keyPart);
    KEYS.set(formula, key);
  }
  return key;
}

const KEYS = new WeakMap<object, string>();

function keyPart(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'object' && value !== null && 'holds' in value ? [(value as Column).name] : value;
}

/** Every optional column that must be there for the atom to hold. */
export function needs(atom: Atom): Column[] {
  switch (atom.op) {
    case 'flag':
    case 'present':
    case 'within':
      return [];
    case 'same-text':
    case 'compare':
      return [...optionalOf(atom.left), ...optionalOf(atom.right)];
    case 'like':
    case 'member':
      return optionalOf(atom.text);
  }
}

function optionalOf(term: TextTerm | NumberTerm): Column[] {
  if (typeof term !== 'object') return [];
  if ('holds' in term) return term.optional === true ? [term] : [];
  return [...optionalOf(term.left), ...(term.op === '/' ? [] : optionalOf(term.right))];
}

/** Not settled; joins have no constants in them. */
type Open = Exclude<Formula, boolean>;

/** Which atoms are known to hold, or not to. */
type Known = Map<string, boolean>;

function join(op: 'and' | 'or', formulas: readonly Formula[]): Formula {
  const neutral = op === 'and';
  if (formulas.includes(!neutral)) return !neutral;
  const open = formulas.filter((formula) => typeof formula === 'object');
  const [first] = open;
  if (first === undefined) return neutral;
  if (open.length === 1) return first;
  const parts = new Map(flat(op, open).map((formula) => [keyOf(formula), formula]));
  const known = learn(parts.values(), neutral);
  if (known === undefined) return !neutral;
  let changed = false;
  const settled: Formula[] = [];
  for (const part of parts.values()) {
    const literal = literalOf(part);
    const said =
      literal === undefined ? settle(part, known) : impliedBy(literal, parts, neutral) ? neutral : part;
    changed ||= said !== part;
    settled.push(said);
  }
  if (changed) return join(op, settled);
  const [only, ...others] = settled;
  if (only === undefined) return neutral;
  return others.length === 0 ? only : { op, of: settled };
}

function flat(op: 'and' | 'or', formulas: readonly Open[]): Open[] {
  return formulas.flatMap((formula) => (formula.op === op ? (formula.of as readonly Open[]) : [formula]));
}

/** The atom of a part that is one or its opposite. */
function literalOf(part: Formula): { readonly atom: Atom; readonly holds: boolean } | undefined {
  if (typeof part === 'boolean' || part.op === 'and' || part.op === 'or') return undefined;
  if (part.op !== 'not') return { atom: part, holds: true };
  const inner = literalOf(part.of);
  return inner && { atom: inner.atom, holds: !inner.holds };
}

/** What may be taken as known beside the plain parts; undefined where two of them contradict each other. */
function learn(parts: Iterable<Formula>, neutral: boolean): Known | undefined {
  const known: Known = new Map();
  for (const part of parts) {
    const literal = literalOf(part);
    if (literal === undefined) continue;
    const key = keyOf(literal.atom);
    const holds = literal.holds === neutral;
    if (known.get(key) === !holds) return undefined;
    known.set(key, holds);
    if (!holds) continue;
    for (const column of needs(literal.atom)) {
      const present = keyOf({ op: 'present', column });
      if (known.get(present) === false) return undefined;
      known.set(present, true);
    }
  }
  return known;
}

/** Whether a plain part says nothing beside the others: that a column is there which another part compares. */
function impliedBy(
  { atom, holds }: { readonly atom: Atom; readonly holds: boolean },
  parts: ReadonlyMap<string, Formula>,
  neutral: boolean,
): boolean {
  if (atom.op !== 'present' || holds !== neutral) return false;
  for (const part of parts.values()) {
    const other = literalOf(part);
    if (other?.holds === neutral && needs(other.atom).some(({ name }) => name === atom.column.name))
      return true;
  }
  return false;
}

/** The formula with what is known put in; the same object where nothing of it was. */
function settle(formula: Formula, known: Known): Formula {
  if (typeof formula === 'boolean') return formula;
  if (formula.op === 'not') {
    const inner = settle(formula.of, known);
    return inner === formula.of ? formula : not(inner);
  }
  if (formula.op === 'and' || formula.op === 'or') {
    const inner = formula.of.map((part) => settle(part, known));
    return inner.every((part, at) => part === formula.of[at]) ? formula : join(formula.op, inner);
  }
  const said = known.get(keyOf(formula));
  if (said !== undefined) return said;
  const absent = needs(formula).some((column) => known.get(keyOf({ op: 'present', column })) === false);
  return absent ? false : formula;
}

import {
  needs,
  type Atom,
  type Column,
  type Formula,
  type NumberTerm,
  type PatternPart,
  type TextTerm,
} from '../authorization/listing/formula.ts';
import type { ListFormula } from '../authorization/listing/list-formula.ts';
import { IS_HELD } from './holds.ts';

/** What the formulas speak of, over `recording r`. */
const SQL: Readonly<Record<string, string>> = {
  id: 'r.id',
  region: 'r.region',
  department: 'r.department',
  classification: 'r.classification',
  retentionClass: 'r.retention_class',
  source: 'r.source',
  startedAt: 'r.started_at',
  restricted: 'r.restriction is not null',
  held: IS_HELD,
  ownOf: 'r.own_of',
};
/** Of the grants `g` of whoever asks, those that reach the recording though they do not name it (`listReachingGrants`). */
const REACHING = `access_grant g, grant_reaches(g, r)
  where g.tenant_id = r.tenant_id and g.scope in ('query', 'matter', 'export')`;
/** Which recordings somebody may see, as `listFormula` answers it. */
export type RecordingsAllowed = Pick<ListFormula, 'formula' | 'grantIds'>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Writes a formula as a condition of SQL over `recording r`, true for exactly the rows for which the formula holds and false or null
 * for others: for `where` and `filter`, not to be negated. Constants become parameters, added to `values`.
 */
export function writeFormula({ formula, grantIds }: RecordingsAllowed, values: unknown[]): string {
  return new FormulaWriter(values, grantIds).write(formula, true);
}

/** Negations are carried down to the atoms, where a column that is null can be told from a comparison that fails. */
class FormulaWriter {
  readonly #values: unknown[];
  readonly #grantIds: readonly string[];

  constructor(values: unknown[], grantIds: readonly string[]) {
    this.#values = values;
    this.#grantIds = grantIds.filter((id) => UUID.test(id));
  }

  /** The formula where it is to hold, else its opposite. */
  write(formula: Formula, holds: boolean): string {
    if (typeof formula === 'boolean') return String(formula === holds);
    if (formula.op === 'not') return this.write(formula.of, !holds);
    if (formula.op !== 'and' && formula.op !== 'or') return this.#literal(formula, holds);
    const op = (formula.op === 'and') === holds ? 'and' : 'or';
    const { lists, others } = listed(formula.of, holds, op === 'or');
    const written = [
      ...lists.map((list) => this.#listed(list, op === 'or')),
      ...others.map((part) => this.write(part, holds)),
    ];
    return `(${written.join(` ${op} `)})`;
  }

  #literal(atom: Atom, holds: boolean): string {
    if (atom.op === 'present') return `${sqlOf(atom.column)} is ${holds ? 'not ' : ''}null`;
    return said(this.#atom(atom), holds, needs(atom).length > 0);
  }

  #atom(atom: Exclude<Atom, { readonly op: 'present' }>): string {
    switch (atom.op) {
      case 'flag':
        return sqlOf(atom.column);
      case 'same-text':
        return this.#sameText(atom.left, atom.right);
      case 'compare':
        return this.#compare(atom.left, atom.by, atom.right);
      case 'like':
        return isWritable(...atom.pattern.map((part) => (part === 'any' ? '' : part.literal)))
          ? `${this.#text(atom.text)} like ${this.#parameter(patternOf(atom.pattern), 'text')}`
          : 'false';
      case 'member':
        return this.#member(atom.text, atom.column);
      case 'within': {
        const texts = atom.texts.filter((text) => typeof text === 'object' || isWritable(text));
        return `${this.#texts(atom.column)} <@ array[${texts.map((text) => this.#text(text)).join()}]::text[]`;
      }
    }
  }

  #member(text: TextTerm, column: Column): string {
    if (typeof text === 'object') return `${this.#text(text)} = any (${this.#texts(column)})`;
    if (!UUID.test(text)) return 'false';
    if (column.name !== 'grants') return `${this.#parameter(text, 'uuid')} = any (${sqlOf(column)})`;
    return this.#grantIds.includes(text)
      ? `exists (select from ${REACHING} and g.id = ${this.#parameter(text, 'uuid')})`
      : 'false';
  }

  /** A list as texts. */
  #texts(column: Column): string {
    return column.name === 'grants'
      ? `array(select g.id::text from ${REACHING} and g.id = any (${this.#parameter(this.#grantIds, 'uuid[]')}))`
      : `${sqlOf(column)}::text[]`;
  }

  #sameText(left: TextTerm, right: TextTerm): string {
    if (typeof left !== 'object' || typeof right !== 'string')
      return `${this.#text(left)} = ${this.#text(right)}`;
    if (left.name === 'id')
      return UUID.test(right) ? `${sqlOf(left)} = ${this.#parameter(right, 'uuid')}` : 'false';
    return isWritable(right) ? `${sqlOf(left)} = ${this.#parameter(right, 'text')}` : 'false';
  }

  /** A column that is one of these texts or like one of these patterns, or is none of them. */
  #listed({ column, by, texts }: TextList, holds: boolean): string {
    const type = column.name === 'id' ? 'uuid' : 'text';
    const possible = texts.filter((text) => (type === 'uuid' ? UUID.test(text) : isWritable(text)));
    const among = `${sqlOf(column)} ${by} any (${this.#parameter(possible, `${type}[]`)})`;
    return said(among, holds, column.optional === true);
  }

  /** Instants are compared as such where that is possible, so that indexes serve; below a millisecond nothing is told apart. */
  #compare(left: NumberTerm, by: '=' | '<' | '<=', right: NumberTerm): string {
    if (isColumn(left) && isDate(right)) {
      if (by === '=') return `(${this.#atLeast(left, right)} and ${this.#before(left, right + 1n)})`;
      return this.#before(left, by === '<' ? right : right + 1n);
    }
    if (isColumn(right) && isDate(left)) {
      if (by === '=') return this.#compare(right, by, left);
      return this.#atLeast(right, by === '<' ? left + 1n : left);
    }
    return `${this.#number(left)} ${by} ${this.#number(right)}`;
  }

  #atLeast(column: Column, ms: bigint): string {
    return `${sqlOf(column)} >= ${this.#parameter(dateOf(ms), 'timestamptz')}`;
  }

  #before(column: Column, ms: bigint): string {
    return `${sqlOf(column)} < ${this.#parameter(dateOf(ms), 'timestamptz')}`;
  }

  #number(term: NumberTerm): string {
    if (typeof term === 'bigint') return this.#parameter(String(term), 'numeric');
    if (isColumn(term)) return `floor(extract(epoch from ${sqlOf(term)}) * 1000)`;
    if (term.op !== '/') return `(${this.#number(term.left)} ${term.op} ${this.#number(term.right)})`;
    const left = this.#number(term.left);
    const by = `${String(term.by)}::numeric`;
    // numeric's own division rounds; div() does not, and drops towards zero.
    return term.towards === 'zero'
      ? `div(${left}, ${by})`
      : `div(${left} - mod(mod(${left}, ${by}) + ${by}, ${by}), ${by})`;
  }

  #text(term: TextTerm): string {
    if (typeof term === 'string') return this.#parameter(term, 'text');
    return term.name === 'id' ? `${sqlOf(term)}::text` : sqlOf(term);
  }

  #parameter(value: unknown, type: string): string {
    this.#values.push(value);
    return `$${this.#values.length}::${type}`;
  }
}

interface TextList {
  readonly column: Column;
  readonly by: '=' | 'like';
  readonly texts: string[];
}

/** Of the parts of one join, those that compare one column with several texts, put together; and the others. */
function listed(parts: readonly Formula[], holds: boolean, positive: boolean) {
  const lists = new Map<string, TextList>();
  const others: Formula[] = [];
  for (const part of parts) {
    const compared = comparedText(part, holds === positive);
    const list = compared && lists.get(`${compared.by} ${compared.column.name}`);
    if (compared === undefined) others.push(part);
    else if (list === undefined) lists.set(`${compared.by} ${compared.column.name}`, compared);
    else list.texts.push(...compared.texts);
  }
  return { lists: [...lists.values()], others };
}

function comparedText(part: Formula, holds: boolean): TextList | undefined {
  if (typeof part === 'boolean') return undefined;
  if (part.op === 'not') return comparedText(part.of, !holds);
  if (!holds) return undefined;
  if (part.op === 'like')
    return typeof part.text === 'object' && part.text.name !== 'id'
      ? { column: part.text, by: 'like', texts: [patternOf(part.pattern)] }
      : undefined;
  return part.op === 'same-text' && typeof part.left === 'object' && typeof part.right === 'string'
    ? { column: part.left, by: '=', texts: [part.right] }
    : undefined;
}

function said(condition: string, holds: boolean, maybeNull: boolean): string {
  if (holds) return condition;
  return maybeNull ? `(${condition}) is not true` : `not (${condition})`;
}

function sqlOf({ name }: Column): string {
  const sql = SQL[name];
  if (sql === undefined) throw new Error(`There is no SQL for ${name}.`);
  return sql;
}

function isColumn(term: NumberTerm): term is Column {
  return typeof term === 'object' && 'holds' in term;
}

/** The years that RFC 3339 can write, less one: beyond them instants are compared as numbers. */
const FIRST_MS = -62_135_596_800_000n;
const LAST_MS = 253_370_764_800_000n;

function isDate(term: NumberTerm): term is bigint {
  return typeof term === 'bigint' && term >= FIRST_MS && term < LAST_MS;
}

function dateOf(ms: bigint): string {
  return new Date(Number(ms)).toISOString();
}

/** PostgreSQL has no text with U+0000 in it, so no row has such a one. */
function isWritable(...texts: readonly string[]): boolean {
  return !texts.some((text) => text.includes('\0'));
}

function patternOf(pattern: readonly PatternPart[]): string {
  return pattern
    .map((part) => (part === 'any' ? '%' : part.literal.replaceAll(/[\\%_]/g, String.raw`\$&`)))
    .join('');
}

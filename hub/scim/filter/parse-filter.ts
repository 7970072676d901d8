import { scimRefusal } from '../scim-refusal.ts';
import type { AttributePath } from '../schemas/find-attribute.ts';
import { COMPARISONS, type Comparable, type Comparison, type Filter } from './filter.ts';
import { readAttributePath, readTokens, type Token } from './read-tokens.ts';

/** Deeper than any directory writes; keeps the parser's own stack small. */
const MOST_LEVELS = 20;
const MOST_TERMS = 200;

/**
 * Reads a filter (RFC 7644 section 3.4.2.2, figure 1): `not` binds before `and`, `and` before `or`; words have no case.
 * @throws HoldfastError `invalid_input` (invalidFilter) naming the place.
 */
export function parseFilter(source: string): Filter {
  const parser = new FilterParser(readTokens(source, 'invalidFilter'));
  const filter = parser.either(0);
  parser.expect('end');
  return filter;
}

/** Reads filters out of tokens; a path in a PATCH has one in brackets. */
export class FilterParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { at: 0, kind: 'end' };
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  expect(kind: Token['kind']): Token {
    const token = this.take();
    if (token.kind !== kind)
      throw fault(token, kind === 'end' ? 'the filter should end here' : `${kind} is missing`);
    return token;
  }

  either(level: number): Filter {
    return this.#joined('or', level, () => this.#joined('and', level, () => this.#one(level)));
  }

  #joined(op: 'and' | 'or', level: number, read: () => Filter): Filter {
    if (level > MOST_LEVELS) throw fault(this.next, `it has more than ${MOST_LEVELS} levels`);
    const parts = [read()];
    while (isWord(this.next, op)) {
      this.take();
      parts.push(read());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { op, parts };
  }

  #one(level: number): Filter {
    const token = this.take();
    if (token.kind === '(') return this.#inParentheses(level);
    if (isWord(token, 'not') && this.next.kind === '(') {
      this.take();
      return { op: 'not', filter: this.#inParentheses(level) };
    }
    this.#terms += 1;
    if (this.#terms > MOST_TERMS) throw fault(token, `it has more than ${MOST_TERMS} terms`);
    return this.#term(pathOf(token), level);
  }

  #inParentheses(level: number): Filter {
    const filter = this.either(level + 1);
    this.expect(')');
    return filter;
  }

  #term(path: AttributePath, level: number): Filter {
    const token = this.take();
    if (token.kind === '[') {
      const filter = this.either(level + 1);
      this.expect(']');
      return { op: 'has', path, filter };
    }
    if (isWord(token, 'pr')) return { op: 'pr', path };
    const op = token.kind === 'word' ? comparisonOf(token.text) : undefined;
    if (op === undefined) throw fault(token, `pr or one of ${COMPARISONS.join(', ')} is missing`);
    return { op, path, value: this.#value() };
  }

  #value(): Comparable {
    const token = this.take();
    if (token.kind === 'value') return token.value;
    if (isWord(token, 'true')) return true;
    if (isWord(token, 'false')) return false;
    if (isWord(token, 'null')) return null;
    throw fault(token, 'a value is missing: a text in quotation marks, a number, true, false or null');
  }
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

function comparisonOf(word: string): Comparison | undefined {
  return COMPARISONS.find((one) => one === word.toLowerCase());
}

function pathOf(token: Token): AttributePath {
  const path = token.kind === 'word' ? readAttributePath(token.text) : undefined;
  if (path === undefined) throw fault(token, 'the name of an attribute is missing');
  return path;
}

function fault({ at }: Token, what: string) {
  return scimRefusal('invalidFilter', `The filter cannot be read. At character ${at + 1}: ${what}.`);
}

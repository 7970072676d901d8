/** Atoms made of terms; what has no column in it is settled at once. */
import type { Column, Formula, NumberTerm, PatternPart, TextTerm } from './formula.ts';

/** Whether two texts are the same, code point by code point. */
export function sameText(left: TextTerm, right: TextTerm): Formula {
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  if (typeof left === 'object' && typeof right === 'object' && left.name === right.name)
    return left.optional === true ? { op: 'present', column: left } : true;
  return typeof left === 'string'
    ? { op: 'same-text', left: right, right: left }
    : { op: 'same-text', left, right };
}

/** Whether one number stands so to another. */
export function compare(by: '=' | '<' | '<=', left: NumberTerm, right: NumberTerm): Formula {
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return { op: 'compare', by, left, right };
  return by === '=' ? left === right : by === '<' ? left < right : left <= right;
}

/** Whether a text matches a pattern as a whole. */
export function like(text: TextTerm, pattern: readonly PatternPart[]): Formula {
  return typeof text === 'string' ? matches(text, pattern) : { op: 'like', text, pattern };
}

/** Whether a list has a text. */
export function member(text: TextTerm, column: Column): Formula {
  return { op: 'member', text, column };
}

/** Whether a list has none but these texts. */
export function within(column: Column, texts: readonly TextTerm[]): Formula {
  return { op: 'within', column, texts };
}

/** Takes the earliest place for each literal, which leaves most for those that follow. */
export function matches(text: string, pattern: readonly PatternPart[]): boolean {
  const pieces: string[] = [''];
  for (const part of pattern) {
    if (part === 'any') pieces.push('');
    else pieces.push((pieces.pop() ?? '') + part.literal);
  }
  const [first = '', ...later] = pieces;
  const last = later.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of later) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** Whether a number is one of Cedar's: 64 bits with sign. */
export function fits(term: NumberTerm): Formula {
  if (typeof term === 'bigint') return LEAST <= term && term <= MOST;
  if ('holds' in term) return true;
  return { op: 'not', of: outside(term) };
}

function outside(term: NumberTerm): Formula {
  return { op: 'or', of: [compare('<', MOST, term), compare('<', term, LEAST)] };
}

/** A sum, a difference or a product, without bounds. */
export function calculate(op: '+' | '-' | '*', left: NumberTerm, right: NumberTerm): NumberTerm {
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return { op, left, right };
  return op === '+' ? left + right : op === '-' ? left - right : left * right;
}

/** A quotient without what is left over. */
export function divide(left: NumberTerm, by: bigint, towards: 'zero' | 'down'): NumberTerm {
  if (typeof left !== 'bigint') return { op: '/', left, by, towards };
  const quotient = left / by;
  return towards === 'down' && left % by < 0n ? quotient - 1n : quotient;
}

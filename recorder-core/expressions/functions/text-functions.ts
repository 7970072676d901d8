import { celFunc, celList, celMethod, type CelFunc, type CelList } from '@bufbuild/cel';
import { RE2JS } from 're2js';
import type { EvaluationBudget } from '../evaluation-budget.ts';
import { refuse } from '../expression-fault.ts';
import { BOOL, INT, LIST, STRING } from './cel-types.ts';

/** The longest pattern of `matches`, in UTF-16 units. */
const MAX_PATTERN = 512;
const KEPT_PATTERNS = 256;

/**
 * Texts: the functions of CEL's strings extension that need no locale, `matches` in linear time, `cut` and `phone`.
 * Places in a text count characters (code points), never halves of one. Each result is charged before it is made.
 */
export function textFunctions(budget: EvaluationBudget): CelFunc[] {
  return [
    ...joining(budget),
    ...folding(budget),
    ...searching(budget),
    ...cutting(budget),
    ...matching(budget),
  ];
}

function joining(budget: EvaluationBudget): CelFunc[] {
  const joined = (list: CelList, separator: string): string => {
    const parts = [...list].map((part) =>
      typeof part === 'string' ? part : refuse('convert: join takes texts'),
    );
    budget.text(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
    return parts.join(separator);
  };
  return [
    celFunc('_+_', [STRING, STRING], STRING, (one, other) => {
      budget.text(one.length + other.length);
      return one + other;
    }),
    celMethod('join', LIST, [], STRING, function () {
      return joined(this, '');
    }),
    celMethod('join', LIST, [STRING], STRING, function (separator) {
      return joined(this, separator);
    }),
    celMethod('replace', STRING, [STRING, STRING], STRING, function (from, to) {
      return replaced(budget, this, from, to, Infinity);
    }),
    celMethod('replace', STRING, [STRING, STRING, INT], STRING, function (from, to, count) {
      return replaced(budget, this, from, to, count < 0n ? Infinity : Number(count));
    }),
  ];
}

function replaced(budget: EvaluationBudget, text: string, from: string, to: string, count: number): string {
  const parts = from === '' ? ['', ...characters(text), ''] : text.split(from);
  const times = Math.min(count, parts.length - 1);
  budget.text(text.length + times * to.length);
  return (
    parts.slice(0, times + 1).join(to) +
    parts
      .slice(times + 1)
      .map((part) => from + part)
      .join('')
  );
}

function folding(budget: EvaluationBudget): CelFunc[] {
  const made = (text: string): string => {
    budget.text(text.length);
    return text;
  };
  return [
    celMethod('lowerAscii', STRING, [], STRING, function () {
      return made(this.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    }),
    celMethod('upperAscii', STRING, [], STRING, function () {
      return made(this.replace(/[a-z]/g, (letter) => letter.toUpperCase()));
    }),
    celMethod('trim', STRING, [], STRING, function () {
      budget.text(this.length);
      return trimmed(this);
    }),
  ];
}

/** White space as Unicode has it; the language's own trim counts the byte order mark too. */
const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start++;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function searching(budget: EvaluationBudget): CelFunc[] {
  const find = (text: string, part: string, from: number, last: boolean): bigint => {
    budget.text(text.length);
    if (from < 0 || from > text.length) refuse('index out of bounds');
    const unit = last ? text.lastIndexOf(part, from) : text.indexOf(part, from);
    return BigInt(unit < 1 ? unit : characters(text.slice(0, unit)).length);
  };
  return [
    celMethod('indexOf', STRING, [STRING], INT, function (part) {
      return find(this, part, 0, false);
    }),
    celMethod('indexOf', STRING, [STRING, INT], INT, function (part, from) {
      return find(this, part, unitOf(this, from), false);
    }),
    celMethod('lastIndexOf', STRING, [STRING], INT, function (part) {
      return find(this, part, this.length, true);
    }),
    celMethod('lastIndexOf', STRING, [STRING, INT], INT, function (part, from) {
      return find(this, part, unitOf(this, from), true);
    }),
  ];
}

function cutting(budget: EvaluationBudget): CelFunc[] {
  const slice = (text: string, from: bigint, to: bigint | undefined): string => {
    budget.text(text.length);
    const [start, end] = [unitOf(text, from), to === undefined ? text.length : unitOf(text, to)];
    return start > end ? refuse('index out of bounds') : text.slice(start, end);
  };
  const split = (text: string, separator: string, limit: number): CelList => {
    const parts = separator === '' ? characters(text) : text.split(separator);
    budget.list(parts.length);
    if (limit < 0 || parts.length <= limit) return celList(parts);
    if (limit === 0) return celList([]);
    return celList([...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]);
  };
  return [
    celMethod('charAt', STRING, [INT], STRING, function (index) {
      budget.text(this.length);
      const start = unitOf(this, index);
      return String.fromCodePoint(...[this.codePointAt(start)].filter((code) => code !== undefined));
    }),
    celMethod('substring', STRING, [INT], STRING, function (from) {
      return slice(this, from, undefined);
    }),
    celMethod('substring', STRING, [INT, INT], STRING, function (from, to) {
      return slice(this, from, to);
    }),
    celMethod('cut', STRING, [INT], STRING, function (length) {
      budget.text(this.length);
      if (length < 0n) refuse('index out of bounds');
      return BigInt(this.length) <= length ? this : characters(this).slice(0, Number(length)).join('');
    }),
    celMethod('split', STRING, [STRING], LIST, function (separator) {
      return split(this, separator, -1);
    }),
    celMethod('split', STRING, [STRING, INT], LIST, function (separator, limit) {
      return split(this, separator, Number(limit));
    }),
  ];
}

function matching(budget: EvaluationBudget): CelFunc[] {
  const kept = new Map<string, RE2JS>();
  const compiled = (pattern: string): RE2JS => {
    const found = kept.get(pattern);
    if (found !== undefined) return found;
    if (pattern.length > MAX_PATTERN) refuse('limit: pattern');
    const made = RE2JS.compile(pattern);
    if (kept.size >= KEPT_PATTERNS) kept.clear();
    kept.set(pattern, made);
    return made;
  };
  return [
    celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
      // Linear in both: a longer pattern has more states to go through for each character.
      // The same whether it is compiled already or not: what an expression may do must not hang on those before it.
      budget.charge(1 + pattern.length + (this.length * (8 + pattern.length)) / 512);
      return compiled(pattern).test(this);
    }),
    celMethod('phone', STRING, [], STRING, function () {
      budget.text(this.length);
      return phoneOf(this);
    }),
  ];
}

/** The number in an address of telephony as digits, with its plus where it has one; empty where it is no number. */
function phoneOf(address: string): string {
  const user = address.replace(/^<?(?:sips?|tel):/i, '').replace(/[@;>].*$/s, '');
  const digits = user.replace(/[\s().-]/g, '');
  return /^\+?\d{3,32}$/.test(digits) ? digits : '';
}

function characters(text: string): string[] {
  return [...text];
}

/** The UTF-16 unit at which a character begins; the end of the text is a place too. */
function unitOf(text: string, index: bigint): number {
  if (index < 0n || index > BigInt(text.length)) return refuse('index out of bounds');
  const count = Number(index);
  if (!/[\ud800-\udbff]/.test(text)) return count;
  const before = characters(text);
  return count > before.length ? refuse('index out of bounds') : before.slice(0, count).join('').length;
}

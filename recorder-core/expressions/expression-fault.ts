import { HoldfastError } from '../errors.ts';

/** Why the text of an expression cannot be used; `at` counts UTF-16 units from its beginning. */
export class ExpressionFault extends HoldfastError {
  readonly at: number | undefined;

  constructor(text: string, message: string, at?: number) {
    super('invalid_input', at === undefined ? message : `${place(text, at)}: ${message}`);
    this.at = at;
  }
}

/** True for a fault of an expression's text, also from another copy of this module. */
export function isExpressionFault(error: unknown): error is ExpressionFault {
  return error instanceof Error && error.name === 'HoldfastError' && 'at' in error;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const column = `column ${(before.at(-1) ?? '').length + 1}`;
  return text.includes('\n') ? `Line ${before.length}, ${column}` : `At ${column}`;
}

/** Why a run gave no value. Neither holds anything of the values it ran on: both may be logged and stored. */
export interface RunFault {
  readonly kind: 'type' | 'absent' | 'range' | 'format' | 'limit' | 'other';
  /** One sentence. */
  readonly message: string;
}

const FAULTS: readonly (readonly [RegExp, RunFault['kind'], string])[] = [
  [
    /no matching overload|type mismatch/,
    'type',
    'An operation met a value of a type that it does not take; null is the usual cause, see orElse.',
  ],
  [
    /^field not found|^no such key|^unresolved attribute|unsupported key type/,
    'absent',
    'A field or key that was asked for is absent.',
  ],
  [/out of bounds/, 'absent', 'A place in a list or a text was asked for that it does not have.'],
  [/divide by zero|modulus by zero/, 'range', 'A division by zero.'],
  [/overflow|out of range/, 'range', 'A number or an instant left the range that it may have.'],
  [/^limit: /, 'limit', 'The expression asked for more work or a larger value than one may.'],
  [/parse|convert|decode|format/i, 'format', 'A text could not be read as the type that was asked for.'],
];

/** Ends a run; `runFault` tells by the message what became of it. */
export function refuse(message: string): never {
  throw new Error(message);
}

/** What a message of the evaluator means, without the values that it repeats. */
export function runFault(message: string): RunFault {
  for (const [pattern, kind, text] of FAULTS) if (pattern.test(message)) return { kind, message: text };
  return { kind: 'other', message: 'The expression could not be evaluated for this record.' };
}

import jsonata from 'jsonata';
import { LinearRegExp } from './linear-regexp.ts';

/** The most characters that the result may have as JSON. */
export const MAX_RESULT = 262_144;
const MAX_PADDING = 8192;

/** A reshape that is ready for records; only ever made in a process that can be killed. */
export type Reshape = (record: unknown) => Promise<unknown>;

/** Why a reshape's text cannot be used; says where. */
export class ReshapeFault extends Error {}

/**
 * Compiles a JSONata text with its guardrails: linear regular expressions, bounded padding, no `$eval`, and nothing that
 * gives another value on another day. What they do not hold, the limits of
 * the process hold. The time here is for a process whose parent is gone and kills it no more.
 * @throws ReshapeFault for a text that cannot be read.
 */
export function compileReshape(text: string): Reshape {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text, {
      // The constructor's type asks for all of RegExp; JSONata calls `exec` alone.
      RegexEngine: LinearRegExp as unknown as RegExpConstructor,
      timeout: 10_000,
      stack: 256,
      sequence: 10_000,
    });
  } catch (error) {
    throw new ReshapeFault(faultOf(error));
  }
  for (const name of ['eval', 'now', 'millis', 'random', 'shuffle'])
    expression.registerFunction(name, () => {
      throw new Error(`$${name} is not available.`);
    });
  expression.registerFunction('pad', pad, '<s-ns?:s>');
  return async (record) => {
    const made = JSON.stringify(await expression.evaluate(record)) as string | undefined;
    if (made === undefined) return null;
    if (made.length > MAX_RESULT) throw new Error('The result is too large.');
    return JSON.parse(made) as unknown;
  };
}

function pad(text: string, width: number, filler?: string): string {
  const length = Math.abs(Math.trunc(width));
  if (length > MAX_PADDING) throw new Error('The padding is too long.');
  const fill = filler === undefined || filler === '' ? ' ' : filler;
  return width < 0 ? text.padStart(length, fill) : text.padEnd(length, fill);
}

function faultOf(error: unknown): string {
  const said: unknown =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  const at: unknown =
    typeof error === 'object' && error !== null && 'position' in error ? error.position : undefined;
  const place = typeof at === 'number' ? `At character ${at}: ` : '';
  return `${place}${typeof said === 'string' ? said : 'the reshape cannot be read.'}`;
}

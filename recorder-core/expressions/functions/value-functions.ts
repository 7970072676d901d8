import {
  celEnv,
  celFunc,
  celList,
  celMethod,
  celUint,
  isCelError,
  isCelList,
  isCelMap,
  type CelFunc,
  type CelValue,
} from '@bufbuild/cel';
import type { EvaluationBudget } from '../evaluation-budget.ts';
import { refuse } from '../expression-fault.ts';
import { BOOL, BYTES, DOUBLE, DYN, INT, LIST, STRING, UINT } from './cel-types.ts';

/** The function that the elements of every loop are counted with; no text can name it. */
export const TICK = '@tick';
/** Bytes are for short things alone; nothing of a record is bytes. */
const MAX_BYTES = 8192;
const MAX_UNSIGNED = 18_446_744_073_709_551_615n;
const MAX_INTEGER = 9_223_372_036_854_775_807n;

/** Choices, lists and numbers; what compares or holds many values is charged for them. */
export function valueFunctions(budget: EvaluationBudget): CelFunc[] {
  return [...choices(), ...lists(budget), ...charged(budget), ...numbers(), ...bytes(budget)];
}

function choices(): CelFunc[] {
  return [
    celFunc('orElse', [DYN, DYN], DYN, (value, other) => value ?? other),
    celMethod('orElse', DYN, [DYN], DYN, function (other) {
      return this ?? other;
    }),
  ];
}

function lists(budget: EvaluationBudget): CelFunc[] {
  return [
    celFunc(TICK, [BOOL], BOOL, (condition) => {
      budget.charge(1);
      return condition;
    }),
    celFunc('_+_', [LIST, LIST], LIST, (one, other) => {
      budget.list(one.size + other.size);
      // Flat: a list of lists of lists would be walked again for each element that a loop adds.
      return celList([...one, ...other]);
    }),
    celMethod('first', LIST, [], DYN, function () {
      return this.get(0) ?? null;
    }),
    celMethod('last', LIST, [], DYN, function () {
      return this.size === 0 ? null : (this.get(this.size - 1) ?? null);
    }),
  ];
}

/** Functions of the evaluator whose work grows with their values: they are charged for all that they may walk through. */
function charged(budget: EvaluationBudget): CelFunc[] {
  const { funcs } = celEnv();
  return ['_==_', '_!=_', '_in_', 'size', 'contains', 'string'].flatMap((name) =>
    [...(funcs.find(name) ?? [])].map((base) => {
      const call = (target: CelValue | undefined, values: CelValue[]): CelValue => {
        if (target !== undefined) weigh(budget, target);
        for (const value of values) weigh(budget, value);
        const result = base.call(0, target, values) ?? refuse('no matching overload');
        if (isCelError(result)) throw result;
        return result;
      };
      const { target, arguments: types, result } = base;
      return target === undefined
        ? celFunc(name, types, result, (...values) => call(undefined, values))
        : celMethod(name, target, types, result, function (...values) {
            return call(this, values);
          });
    }),
  );
}

function weigh(budget: EvaluationBudget, value: CelValue): void {
  budget.charge(typeof value === 'string' ? 1 + value.length / 64 : 1);
  if (isCelList(value)) for (const item of value) weigh(budget, item);
  else if (isCelMap(value)) for (const item of value.values()) weigh(budget, item);
}

function bytes(budget: EvaluationBudget): CelFunc[] {
  const made = (length: number): void => {
    budget.text(length > MAX_BYTES ? Infinity : length);
  };
  return [
    celFunc('bytes', [STRING], BYTES, (text) => {
      made(text.length);
      return new TextEncoder().encode(text);
    }),
    celFunc('_+_', [BYTES, BYTES], BYTES, (one, other) => {
      made(one.length + other.length);
      return Uint8Array.from([...one, ...other]);
    }),
  ];
}

function numbers(): CelFunc[] {
  const rounded = (value: number, how: (x: number) => number): bigint => {
    const whole = BigInt(Number.isFinite(value) ? how(value) : refuse('int overflow'));
    return whole > MAX_INTEGER || whole < -MAX_INTEGER ? refuse('int overflow') : whole;
  };
  return [
    celFunc('round', [DOUBLE], INT, (value) => rounded(value, (x) => Math.sign(x) * Math.round(Math.abs(x)))),
    celFunc('floor', [DOUBLE], INT, (value) => rounded(value, Math.floor)),
    celFunc('ceil', [DOUBLE], INT, (value) => rounded(value, Math.ceil)),
    celFunc('int', [STRING], INT, (text) => {
      if (!/^[+-]?\d{1,19}$/.test(text)) return refuse('convert: no integer');
      const value = BigInt(text.replace('+', ''));
      return value > MAX_INTEGER || value < -MAX_INTEGER - 1n ? refuse('int overflow') : value;
    }),
    celFunc('double', [STRING], DOUBLE, (text) =>
      // No longer than any number needs: the pattern takes time by the square of the digits.
      text.length <= 400 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Infinity$|^NaN$/.test(text)
        ? Number(text)
        : refuse('convert: no number'),
    ),
    celFunc('uint', [STRING], UINT, (text) => {
      if (!/^\+?\d{1,20}$/.test(text)) return refuse('convert: no integer');
      const value = BigInt(text.replace('+', ''));
      return value > MAX_UNSIGNED ? refuse('uint overflow') : celUint(value);
    }),
  ];
}

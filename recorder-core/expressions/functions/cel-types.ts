import { CelScalar, celEnv, listType, mapType, type CelType } from '@bufbuild/cel';
import type { ExpressionType } from '../expression-type.ts';

/** The scalars as the functions name them. */
export const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
export const LIST = listType(DYN);
export const MAP = mapType(DYN, DYN);

/** The evaluator makes instants and durations by its own functions alone, so that their types come from these. */
export const TIMESTAMP = resultOf('timestamp');
export const DURATION = resultOf('duration');

function resultOf(name: string): CelType {
  const [first] = celEnv().funcs.find(name) ?? [];
  if (first === undefined) throw new Error(`The evaluator has no ${name}.`);
  return first.result;
}

/** An instant or a duration as the evaluator hands it to functions. */
export interface Stamp {
  readonly message: { readonly $typeName: string; readonly seconds: bigint; readonly nanos: number };
}

/** True for an instant or a duration. */
export function isStamp(value: unknown): value is Stamp {
  if (typeof value !== 'object' || value === null || !('message' in value)) return false;
  const message: unknown = value.message;
  return typeof message === 'object' && message !== null && 'seconds' in message && 'nanos' in message;
}

/** Milliseconds since the epoch, fractions cut off towards the past. */
export function millisecondsOf({ message: { seconds, nanos } }: Stamp): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

/** A value that the evaluator takes for an instant or a duration. */
export function stamp(kind: 'Timestamp' | 'Duration', milliseconds: number): Stamp['message'] {
  const seconds = kind === 'Timestamp' ? Math.floor(milliseconds / 1000) : Math.trunc(milliseconds / 1000);
  const nanos = Math.round((milliseconds - seconds * 1000) * 1_000_000);
  return { $typeName: `google.protobuf.${kind}`, seconds: BigInt(seconds), nanos };
}

const SCALARS: Readonly<Record<string, ExpressionType>> = {
  int: 'integer',
  uint: 'unsigned',
  bool: 'boolean',
  string: 'text',
  bytes: 'bytes',
  double: 'number',
  null_type: 'null',
  dyn: 'any',
  type: 'type',
};

/** The type of a function's argument or result in our words. */
export function typeOf(type: CelType): ExpressionType {
  switch (type.kind) {
    case 'scalar':
      return SCALARS[type.name] ?? 'any';
    case 'list':
      return { list: typeOf(type.element) };
    case 'map':
      return { map: typeOf(type.value) };
    case 'object':
      if (type.name === TIMESTAMP.name) return 'instant';
      return type.name === DURATION.name ? 'duration' : 'any';
  }
}

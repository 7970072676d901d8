import type { FieldSpec, FieldType, FieldValue } from '../../../connectors/kit/fields.ts';
import type { PlainValue } from '../../../recorder-core/expressions/cel-values.ts';
import {
  describeType,
  withoutNull,
  type ExpressionType,
} from '../../../recorder-core/expressions/expression-type.ts';

/** A value for the field, or what is wrong with it in words that hold nothing of it. */
export type Coerced = { readonly value: Exclude<FieldValue, null> } | { readonly wrong: string };

/** The most characters that any field may get. */
const MAX_TEXT = 131_072;

/** Which types of expressions can become a field of a type. Text takes every single value, in its one way of writing. */
const TAKES: Readonly<Record<FieldType, readonly ExpressionType[]>> = {
  text: ['text', 'integer', 'unsigned', 'number', 'boolean', 'instant', 'duration'],
  integer: ['integer', 'unsigned', 'number'],
  number: ['integer', 'unsigned', 'number'],
  boolean: ['boolean'],
  instant: ['instant', 'text'],
  date: ['instant', 'text'],
};

/** Why no value of the expression could ever become a field of the type, or undefined. */
export function typeFault(from: ExpressionType, to: FieldType): string | undefined {
  const type = withoutNull(from);
  if (type === 'any' || type === 'null' || type === 'nothing' || TAKES[to].includes(type)) return undefined;
  return `The expression gives ${describeType(from)}, and the row is of type ${to}. ${HINTS[to]}`;
}

const HINTS: Readonly<Record<FieldType, string>> = {
  text: 'Choose one value, or join a list with .join(", ").',
  integer: 'Make a number of it, for example with int(…), size(…) or milliseconds(…).',
  number: 'Make a number of it, for example with double(…) or seconds(…).',
  boolean: 'Write a condition, for example with == or !=.',
  instant: 'Give an instant, for example record.startedAt or timestamp(…).',
  date: 'Give an instant or a text of the form 2026-01-31.',
};

/** Why a row cannot fill a field as the remote system describes it, or undefined. */
export function fieldFault(type: FieldType, field: FieldSpec): string | undefined {
  if (!field.writable) return `"${field.name}" cannot be written in the remote system. Remove the row.`;
  if (type === field.type || (type === 'integer' && field.type === 'number')) return undefined;
  return `"${field.name}" is of type ${field.type} in the remote system. Give the row the type ${field.type}.`;
}

/** Makes a value of the row's type of what the expression gave. */
export function coerce(
  value: Exclude<PlainValue, null>,
  type: FieldType,
  maxLength: number | undefined,
): Coerced {
  switch (type) {
    case 'text':
      return text(value, maxLength);
    case 'integer':
      if (typeof value !== 'number') return wrong('is no number');
      return Number.isSafeInteger(value) ? { value } : wrong('is no whole number within 2^53');
    case 'number':
      return typeof value === 'number' ? { value } : wrong('is no number');
    case 'boolean':
      return typeof value === 'boolean' ? { value } : wrong('is neither true nor false');
    case 'instant':
      return instant(value);
    case 'date':
      return date(value);
  }
}

function text(value: Exclude<PlainValue, null>, maxLength = MAX_TEXT): Coerced {
  if (typeof value === 'object') return wrong('is a list or a map and no single value');
  const written = typeof value === 'string' ? value : String(value);
  if (!written.isWellFormed() || written.includes('\u0000')) return wrong('is no well-formed text');
  if (written.length <= maxLength || [...written].length <= maxLength) return { value: written };
  return wrong(
    `has more than the ${maxLength} characters that the field takes; .cut(${maxLength}) shortens it`,
  );
}

// RFC 3339 of UTC or an offset; how many digits the fraction has is for the reader of texts to forgive.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function instant(value: Exclude<PlainValue, null>): Coerced {
  const ms = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? wrong('is no instant in RFC 3339') : { value: new Date(ms).toISOString() };
}

function date(value: Exclude<PlainValue, null>): Coerced {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) {
    const ms = Date.parse(value);
    // The 30th of February is read as the 1st of March.
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value)) return { value };
    return wrong('is no day of the calendar');
  }
  const at = instant(value);
  return 'value' in at ? { value: String(at.value).slice(0, 10) } : wrong('is neither a date nor an instant');
}

function wrong(what: string): Coerced {
  return { wrong: `The value ${what}.` };
}

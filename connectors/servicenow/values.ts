/** Values as ServiceNow keeps them: texts, times in UTC without a zone. */
import type { FieldValue } from '../kit/fields.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** `2026-03-01T09:00:00.000Z` as `2026-03-01 09:00:00`; what is no instant stays as it is. */
export function toColumn(value: FieldValue): string {
  if (value === null) return '';
  if (typeof value === 'string')
    return INSTANT.test(value) ? `${value.slice(0, 10)} ${value.slice(11, 19)}` : value;
  return String(value);
}

/** Each mapped field as a column. */
export function toColumns(fields: Readonly<Record<string, FieldValue>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([column, value]) => [column, toColumn(value)]));
}

/** The reverse of `toColumn` for an instant; undefined for anything else. */
export function toInstant(value: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(value);
  return match === null ? undefined : `${match[1]}T${match[2]}.000Z`;
}

/** Cut to what a column holds: the instance would cut it without a word. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

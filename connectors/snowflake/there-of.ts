import type { FieldValue } from '../kit/fields.ts';
import type { RecordingDocument } from '../kit/record.ts';
import type { Column } from './prepare-table.ts';
import { columnOf, fieldTypeOf } from './recording-table.ts';
import type { Row } from './session.ts';

/** What the row has now in the fields that the record names, in the form in which a mapping gives values. */
export function thereOf(
  row: Row,
  { fields = {} }: RecordingDocument,
  columns: ReadonlyMap<string, Column>,
): Readonly<Record<string, FieldValue>> {
  const there: Record<string, FieldValue> = {};
  for (const target of Object.keys(fields)) {
    const column = columns.get(columnOf(target) ?? '');
    if (column !== undefined) there[target] = valueOf(row[column.name], column.type);
  }
  return there;
}

function valueOf(value: unknown, type: string): FieldValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  const kind = fieldTypeOf(type);
  // The driver's instants and dates are Date objects with more digits.
  if (value instanceof Date) return value.toISOString().slice(0, kind === 'date' ? 10 : undefined);
  return null;
}

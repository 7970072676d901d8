/** What a dry run shows of columns that a mapping fills. */
import type { FieldValue } from '../kit/fields.ts';

interface Mapped {
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

/** Every column that the mapping of any of these records fills. */
export function mappedColumns(records: readonly Mapped[]): string[] {
  return [...new Set(records.flatMap(({ fields }) => Object.keys(fields ?? {})))];
}

/** What these columns have now. */
export function thereOf(
  { fields }: Mapped,
  row: Readonly<Record<string, string>>,
): Record<string, FieldValue> {
  return Object.fromEntries(Object.keys(fields ?? {}).map((column) => [column, row[column] ?? null]));
}

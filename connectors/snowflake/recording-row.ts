import type { FieldValue } from '../kit/fields.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import type { Column } from './prepare-table.ts';
import { columnOf, misfit } from './recording-table.ts';

/** A recording on its way into the table: one line of JSON, by whose short names `mergeSql` reads it. */
export interface RecordingRow {
  /** Place in the batch. */
  readonly n: number;
  readonly i: string;
  readonly r: number;
  readonly h: boolean;
  readonly s: string;
  readonly u: string | null;
  readonly l: string | null;
  /** By column; what is not in it stays as it is. */
  readonly f: Readonly<Record<string, FieldValue>>;
}

/** What the records of a batch want to put into which column, for columns that may have to be made. */
export function wantedColumns(records: readonly RecordingDocument[]): ReadonlyMap<string, FieldValue[]> {
  const wanted = new Map<string, FieldValue[]>();
  for (const { fields = {} } of records) {
    for (const [target, value] of Object.entries(fields)) {
      const name = columnOf(target);
      if (name === undefined) continue;
      const values = wanted.get(name);
      if (values === undefined) wanted.set(name, [value]);
      else values.push(value);
    }
  }
  return wanted;
}

/** Makes the row, or says why this record alone cannot be taken: the column and what it takes, never the value. */
export function rowOf(
  record: RecordingDocument,
  n: number,
  columns: ReadonlyMap<string, Column>,
): { readonly row: RecordingRow } | { readonly error: RemoteError } {
  const f: Record<string, FieldValue> = {};
  for (const [target, value] of Object.entries(record.fields ?? {})) {
    const name = columnOf(target);
    if (name === undefined) return { error: refused(`"${target}" cannot be a column of a mapping.`) };
    const column = columns.get(name);
    if (column === undefined) return { error: refused(`The table has no column ${name}.`) };
    const fault = value === null && !column.nullable ? 'must not be empty' : misfit(column.type, value);
    if (fault !== undefined) return { error: refused(`The column ${name} (${column.type}) ${fault}.`) };
    f[name] = value;
  }
  const { id, revision, held, state, retainUntil, link } = record;
  return { row: { n, i: id, r: revision, h: held, s: state, u: retainUntil, l: link, f } };
}

function refused(title: string): RemoteError {
  return remoteError('invalid_record', title, {
    fix: 'Change the mapping, or add a column of the right type; existing columns are never changed.',
  });
}

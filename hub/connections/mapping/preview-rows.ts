import { fieldName, type FieldValue, type MappingRow } from '../../../connectors/kit/fields.ts';
import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { compileMapping, type MappingFault, type MappingFor } from './compile-mapping.ts';
import { mapRecords, type ReshapeStep } from './map-records.ts';

/** What one row makes of the record; `error` where it makes nothing. */
export interface RowPreview {
  readonly target: string;
  readonly value: FieldValue;
  readonly error: string | null;
  /** Set where the row can never work: in which cell, and where in its expression. */
  readonly fault: { readonly column: string; readonly at: number | null } | null;
}

/** What each row makes of one record. A row that can never work, or gives nothing, keeps no other from being seen. */
export function previewRows(
  rows: readonly MappingRow[],
  kind: MappingFor,
  record: OutboundRecord,
  step: ReshapeStep | undefined,
): Promise<RowPreview[]> {
  const { faults } = compileMapping(rows, kind);
  return Promise.all(
    rows.map(async (cells, index): Promise<RowPreview> => {
      const { target } = cells;
      const fault = nameFault(target, index) ?? faults.find((one) => one.row === index);
      if (fault === undefined) return { target, fault: null, ...(await strictly(cells, kind, record, step)) };
      const place = { column: fault.field.split('/')[2] ?? '', at: fault.at ?? null };
      return { target, value: null, error: fault.message, fault: place };
    }),
  );
}

function nameFault(target: string, row: number): MappingFault | undefined {
  if (fieldName.safeParse(target).success) return undefined;
  const message =
    target === ''
      ? 'Name the field of the remote object.'
      : 'A field is named by letters, digits, dots and underscores.';
  return { row, target, field: `/${row}/target`, message };
}

/** One row alone and strict, so that one that gives nothing says why. */
async function strictly(
  cells: MappingRow,
  kind: MappingFor,
  record: OutboundRecord,
  step: ReshapeStep | undefined,
): Promise<Pick<RowPreview, 'value' | 'error'>> {
  const onNull = cells.onNull === 'clear' ? 'clear' : 'reject';
  const mapping = compileMapping([{ ...cells, onError: 'reject', onNull }], kind);
  const [made] = await mapRecords(mapping, [record], step);
  return {
    value: (made !== undefined && 'fields' in made ? made.fields[cells.target] : undefined) ?? null,
    error: made !== undefined && 'error' in made ? made.error.message : null,
  };
}

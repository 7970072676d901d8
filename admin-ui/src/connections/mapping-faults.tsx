import type { FieldsFound } from '../api/connections.ts';
import { t } from '../i18n/t.ts';

/** What of the saved mapping does not fit the fields of the other side any more. */
export function MappingFaults({
  fields,
  operation,
}: {
  readonly fields: FieldsFound | undefined;
  readonly operation: string;
}) {
  const faults = (fields?.faults ?? []).filter((fault) => fault.operation === operation);
  if (faults.length === 0) return null;
  return (
    <ul className="grid gap-1 text-sm text-bad">
      {faults.map(({ row, column, message }) => (
        <li key={`${row}/${column}/${message}`}>
          {row === null ? message : t('Row {{row}}: {{message}}', { row: row + 1, message })}
        </li>
      ))}
    </ul>
  );
}

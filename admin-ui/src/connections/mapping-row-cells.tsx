import type { MappingRow, Preview } from '../api/connections.ts';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';

interface MappingRowCellsProps {
  readonly row: MappingRow;
  /** As people count, for screen readers. */
  readonly number: number;
  readonly result: Preview['items'][number] | undefined;
  readonly readOnly: boolean;
  readonly onRow: (row: MappingRow) => void;
}

const TYPES = ['text', 'integer', 'number', 'boolean', 'instant', 'date'] as const;
const ON_NULL = [
  { value: 'skip', label: 'Leave it' },
  { value: 'clear', label: 'Empty it' },
  { value: 'reject', label: 'Refuse' },
] as const;
const ON_ERROR = [
  { value: 'skip', label: 'Leave it' },
  { value: 'reject', label: 'Refuse' },
] as const;

/** The cells of one row of a mapping, and what it makes of the recording it was tried on. */
export function MappingRowCells({ row, number, result, readOnly, onRow }: MappingRowCellsProps) {
  const named = (what: string) => `${what}, row ${number}`;
  return (
    <>
      <td className="px-1.5 py-1">
        <Input
          aria-label={named('Field there')}
          list="remote-fields"
          value={row.target}
          readOnly={readOnly}
          spellCheck={false}
          className="min-w-36 font-mono text-xs"
          onChange={(event) => {
            onRow({ ...row, target: event.target.value.trim() });
          }}
        />
      </td>
      <td className="w-full px-1.5 py-1">
        <Input
          aria-label={named('Expression')}
          value={row.expr}
          readOnly={readOnly}
          spellCheck={false}
          className="min-w-52 font-mono text-xs"
          onChange={(event) => {
            onRow({ ...row, expr: event.target.value });
          }}
        />
      </td>
      <td className="px-1.5 py-1">
        <Select
          label={named('Type')}
          value={row.type}
          className="min-w-26"
          options={TYPES.map((type) => ({ value: type, label: type }))}
          onValue={(type) => {
            onRow({ ...row, type });
          }}
        />
      </td>
      <td className="px-1.5 py-1">
        <Select
          label={named('Without a value')}
          value={row.onNull}
          className="min-w-28"
          options={ON_NULL}
          onValue={(onNull) => {
            onRow({ ...row, onNull });
          }}
        />
      </td>
      <td className="px-1.5 py-1">
        <Select
          label={named('On an error')}
          value={row.onError}
          className="min-w-28"
          options={ON_ERROR}
          onValue={(onError) => {
            onRow({ ...row, onError });
          }}
        />
      </td>
      <td className="px-1.5 py-3">
        <input
          type="checkbox"
          aria-label={named('Hidden wherever people look')}
          checked={row.redact}
          disabled={readOnly}
          className="size-4 accent-accent"
          onChange={(event) => {
            onRow({ ...row, redact: event.target.checked });
          }}
        />
      </td>
      <td className="max-w-48 px-1.5 py-2.5" data-testid={`gives-${row.target}`}>
        <Result result={result} />
      </td>
    </>
  );
}

function Result({ result }: { readonly result: Preview['items'][number] | undefined }) {
  if (result === undefined) return <span className="text-quiet">–</span>;
  if (result.error !== null) return <span className="text-xs break-words text-bad">{result.error}</span>;
  if (result.hidden) return <span className="text-quiet">hidden</span>;
  return (
    <code className="text-xs break-words">{result.value === null ? 'nothing' : String(result.value)}</code>
  );
}

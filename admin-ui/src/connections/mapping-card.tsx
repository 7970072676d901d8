import { useState } from 'react';
import { Plus, Table2, Trash2 } from 'lucide-react';
import {
  useConnectionAct,
  useConnectionTrial,
  useConnectionFields,
  type ConnectionDetail,
  type Connector,
  type FieldsFound,
  type MappingRow,
  type Preview,
} from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { useMay } from '../session/use-may.ts';
import { ActButton } from '../session/act-button.tsx';
import { MappingRowCells } from './mapping-row-cells.tsx';

type Operation = Connector['operations'][number];

const NEW_ROW: MappingRow = {
  target: '',
  expr: '',
  type: 'text',
  onNull: 'skip',
  onError: 'reject',
  redact: false,
};

/** The fields of the other side that this connection fills: target, expression, and what comes of it, side by side. */
export function MappingCard({
  connection,
  operation,
}: {
  readonly connection: ConnectionDetail;
  readonly operation: Operation;
}) {
  const stored = connection.mappings[operation.id] ?? [];
  const [edited, setEdited] = useState<readonly MappingRow[]>();
  const rows = edited ?? stored;
  const mayChange = useMay('connection.manage') && connection.state !== 'removed';
  const fields = useConnectionFields(connection.id).data;
  const preview = useConnectionTrial<Preview>(connection.id, 'preview');
  const change = useConnectionAct(connection.id, 'change');
  const toast = useToast();
  const edit = (next: readonly MappingRow[]) => {
    setEdited(next);
    preview.reset();
  };
  const save = () => {
    change.mutate(
      { mappings: { ...connection.mappings, [operation.id]: rows }, basedOn: connection.version },
      {
        onSuccess: ({ version }) => {
          toast({
            tone: 'good',
            title: `Version ${version} holds`,
            detail: 'What is sent from now on follows it.',
          });
          setEdited(undefined);
        },
      },
    );
  };
  return (
    <Card
      title={`Fields: ${operation.title.toLowerCase()}`}
      icon={<Table2 />}
      hint="CEL over record; what the connector needs itself it always writes"
      padded={false}
      actions={
        <ActButton
          act="connection.manage"
          size="small"
          data-testid={`preview-${operation.id}`}
          onClick={() => {
            if (!preview.isPending) preview.mutate({ operation: operation.id, rows });
          }}
        >
          {preview.isPending ? 'Trying…' : 'Try on a recording'}
        </ActButton>
      }
    >
      <div className="grid gap-3 p-4">
        {change.isError && <ProblemNotice error={change.error} title="The mapping was refused" />}
        {preview.isError && <ProblemNotice error={preview.error} title="The rows could not be tried" />}
        <Faults fields={fields} operation={operation.id} />
        <Rows rows={rows} fields={fields} results={preview.data?.items} mayChange={mayChange} onRows={edit} />
        {mayChange && (
          <div className="flex flex-wrap items-center gap-2">
            <Button
              size="small"
              onClick={() => {
                edit([...rows, NEW_ROW]);
              }}
            >
              <Plus aria-hidden /> Add a field
            </Button>
            <Discover connectionId={connection.id} fields={fields} />
            {edited !== undefined && (
              <span className="ml-auto flex gap-2">
                <Button
                  size="small"
                  onClick={() => {
                    setEdited(undefined);
                    change.reset();
                  }}
                >
                  Leave it as it was
                </Button>
                <Button
                  size="small"
                  tone="primary"
                  disabled={change.isPending}
                  onClick={save}
                  data-testid="save-mapping"
                >
                  {change.isPending ? 'Saving…' : 'Save as a new version'}
                </Button>
              </span>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

interface RowsProps {
  readonly rows: readonly MappingRow[];
  readonly fields: FieldsFound | undefined;
  readonly results: Preview['items'] | undefined;
  readonly mayChange: boolean;
  readonly onRows: (rows: readonly MappingRow[]) => void;
}

function Rows({ rows, fields, results, mayChange, onRows }: RowsProps) {
  const known = (fields?.objects ?? []).flatMap((object) => object.fields).filter(({ writable }) => writable);
  if (rows.length === 0)
    return <p className="text-sm text-quiet">No field is filled besides what the connector always writes.</p>;
  return (
    <div className="overflow-x-auto">
      <datalist id="remote-fields">
        {known.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </datalist>
      <table className="w-full min-w-[60rem] border-collapse text-left text-sm">
        <caption className="sr-only">
          Mapping: field, expression, type, what happens without a value or with an error
        </caption>
        <thead className="text-xs text-quiet">
          <tr>
            {['Field there', 'Expression', 'Type', 'Without a value', 'On an error', 'Hidden', 'Gives'].map(
              (head) => (
                <th key={head} scope="col" className="px-1.5 py-1 font-medium">
                  {head}
                </th>
              ),
            )}
            <th scope="col">
              <span className="sr-only">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // Rows have no name of their own while they are typed: their place is what they are.
            <tr key={index} className="align-top">
              <MappingRowCells
                row={row}
                number={index + 1}
                result={results?.find(({ target }) => target === row.target)}
                readOnly={!mayChange}
                onRow={(next) => {
                  onRows(rows.map((one, at) => (at === index ? next : one)));
                }}
              />
              <td className="px-1.5 py-1">
                {mayChange && (
                  <Button
                    size="icon"
                    tone="quiet"
                    aria-label={`Remove row ${index + 1}`}
                    onClick={() => {
                      onRows(rows.filter((_one, at) => at !== index));
                    }}
                  >
                    <Trash2 aria-hidden />
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Faults({
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
          {row === null ? '' : `Row ${row + 1}: `}
          {message}
        </li>
      ))}
    </ul>
  );
}

function Discover({
  connectionId,
  fields,
}: {
  readonly connectionId: string;
  readonly fields: FieldsFound | undefined;
}) {
  const discover = useConnectionAct<FieldsFound>(connectionId, 'discover');
  return (
    <>
      <Button
        size="small"
        disabled={discover.isPending}
        onClick={() => {
          discover.mutate(undefined);
        }}
      >
        {discover.isPending ? 'Asking…' : 'Ask for the fields there'}
      </Button>
      <span className="text-xs text-quiet">
        {fields?.foundAt == null ? (
          'Nobody has asked yet'
        ) : (
          <>
            {fields.objects.reduce((sum, object) => sum + object.fields.length, 0)} fields, asked{' '}
            <Timestamp instant={fields.foundAt} />
          </>
        )}
      </span>
      {discover.isError && <ProblemNotice error={discover.error} title="The fields could not be asked for" />}
    </>
  );
}

import { useState } from 'react';
import { Plus, Table2 } from 'lucide-react';
import {
  useConnectionAct,
  useConnectionFields,
  useMappingPreview,
  type ConnectionDetail,
  type Connector,
  type MappingRow,
} from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { DiscoverFields } from './discover-fields.tsx';
import { MappingFaults } from './mapping-faults.tsx';
import { MappingRows } from './mapping-rows.tsx';
import { reshapeFaultOf, ReshapeEditor } from './reshape-editor.tsx';
import { RecordSample, RecordToTry } from './record-sample.tsx';
import { sampleValues } from './sample-values.ts';
import { useSettled } from './use-settled.ts';

type Operation = Connector['operations'][number];

const NEW_ROW: MappingRow = {
  target: '',
  expr: '',
  type: 'text',
  onNull: 'skip',
  onError: 'reject',
  redact: false,
};

/** The fields of the other side that this connection fills: what is read, the expression, and what comes of it as one types. */
export function MappingCard({
  connection,
  operation,
}: {
  readonly connection: ConnectionDetail;
  readonly operation: Operation;
}) {
  const stored = connection.mappings[operation.id] ?? [];
  const [edited, setEdited] = useState<readonly MappingRow[]>();
  const [recordId, setRecordId] = useState<string>();
  const [typedReshape, setTypedReshape] = useState<string>();
  const rows = edited ?? stored;
  const reshape = typedReshape ?? connection.reshapes[operation.id] ?? '';
  const settled = useSettled(rows);
  const settledReshape = useSettled(typedReshape);
  const mayChange = useMay('connection.manage') && connection.state !== 'removed';
  const fields = useConnectionFields(connection.id).data;
  const preview = useMappingPreview(connection.id, mayChange, {
    operation: operation.id,
    rows: settled,
    ...(settledReshape === undefined ? {} : { reshape: settledReshape }),
    ...(recordId === undefined ? {} : { id: recordId }),
  });
  const record = preview.data?.record ?? null;
  const reshapeFault = reshapeFaultOf(preview.error);
  return (
    <Card
      title={t('Fields: {{operation}}', { operation: fromHub(operation.title) })}
      icon={<Table2 />}
      hint={t('CEL over record; what the connector needs itself it always writes')}
      padded={false}
      actions={mayChange && <RecordToTry kind={operation.input} id={recordId} onId={setRecordId} />}
    >
      <div className="grid gap-3 p-4">
        {preview.isError && reshapeFault === undefined && (
          <ProblemNotice error={preview.error} title={t('The rows could not be tried')} />
        )}
        <ReshapeEditor text={reshape} readOnly={!mayChange} fault={reshapeFault} onText={setTypedReshape} />
        <MappingFaults fields={fields} operation={operation.id} />
        <MappingRows
          operation={operation}
          rows={rows}
          fields={fields}
          // While somebody types, what is shown is about the rows before; it is shown with those alone that are as they were.
          results={preview.data?.items.map((item, at) => (settled[at] === rows[at] ? item : undefined))}
          values={record === null ? [] : sampleValues('record', record)}
          mayChange={mayChange}
          onRows={setEdited}
        />
        {mayChange && (
          <div className="flex flex-wrap items-center gap-2">
            <Button
              size="small"
              onClick={() => {
                setEdited([...rows, NEW_ROW]);
              }}
            >
              <Plus aria-hidden /> {t('Add a field')}
            </Button>
            <DiscoverFields connectionId={connection.id} fields={fields} />
          </div>
        )}
        {(edited !== undefined || typedReshape !== undefined) && (
          <Keep
            connection={connection}
            operation={operation.id}
            rows={rows}
            reshape={reshape}
            onDone={() => {
              setEdited(undefined);
              setTypedReshape(undefined);
            }}
          />
        )}
        {preview.data !== undefined && <RecordSample record={record} />}
      </div>
    </Card>
  );
}

/** Saves what was typed as a new version, or leaves it. */
function Keep({
  connection,
  operation,
  rows,
  reshape,
  onDone,
}: {
  readonly connection: ConnectionDetail;
  readonly operation: string;
  readonly rows: readonly MappingRow[];
  /** Empty for none. */
  readonly reshape: string;
  readonly onDone: () => void;
}) {
  const change = useConnectionAct(connection.id, 'change');
  const toast = useToast();
  const save = () => {
    const { [operation]: before, ...others } = connection.reshapes;
    const reshapes = reshape.trim() === '' ? others : { ...others, [operation]: reshape };
    change.mutate(
      {
        mappings: { ...connection.mappings, [operation]: rows },
        ...(reshape !== (before ?? '') && { reshapes }),
        basedOn: connection.version,
      },
      {
        onSuccess: ({ version }) => {
          toast({
            tone: 'good',
            title: t('Version {{version}} holds', { version }),
            detail: t('What is sent from now on follows it.'),
          });
          onDone();
        },
      },
    );
  };
  return (
    <div className="grid gap-2">
      {change.isError && <ProblemNotice error={change.error} title={t('The mapping was refused')} />}
      <span className="flex flex-wrap justify-end gap-2">
        <Button size="small" onClick={onDone}>
          {t('Leave it as it was')}
        </Button>
        <Button
          size="small"
          tone="primary"
          disabled={change.isPending}
          onClick={save}
          data-testid="save-mapping"
        >
          {change.isPending ? t('Saving…') : t('Save as a new version')}
        </Button>
      </span>
    </div>
  );
}

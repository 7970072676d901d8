import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import {
  useConnectionTrial,
  type ConnectionDetail,
  type Connector,
  type DryRun,
} from '../api/connections.ts';
import { Failure } from '../components/failure.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { number, plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { FieldsPlanned } from './fields-planned.tsx';

const ACTIONS: Readonly<
  Record<DryRun['items'][number]['action'], { readonly label: string; readonly tone: Tone }>
> = {
  create: { label: t('Would create'), tone: 'good' },
  update: { label: t('Would change'), tone: 'info' },
  upsert: { label: t('Would write'), tone: 'info' },
  delete: { label: t('Would delete'), tone: 'bad' },
  none: { label: t('Stands so already'), tone: 'neutral' },
  refuse: { label: t('Would refuse'), tone: 'warn' },
};

interface DryRunCardProps {
  readonly connection: ConnectionDetail;
  readonly operations: Connector['operations'];
}

/** Exactly what would be sent for the newest recordings, and what differs from what stands there. Nothing is written. */
export function DryRunCard({ connection, operations }: DryRunCardProps) {
  const [operation, setOperation] = useState(operations[0]?.id ?? '');
  const run = useConnectionTrial<DryRun>(connection.id, 'dry-run');
  return (
    <Card
      title={t('Dry run')}
      icon={<FlaskConical />}
      hint={t('Reads the other side and writes nothing')}
      actions={
        <>
          {operations.length > 1 && (
            <Select
              label={t('Operation')}
              value={operation}
              options={operations.map(({ id, title }) => ({ value: id, label: fromHub(title) }))}
              onValue={(chosen) => {
                setOperation(chosen);
                run.reset();
              }}
            />
          )}
          <ActButton
            act="connection.manage"
            size="small"
            data-testid="dry-run"
            onClick={() => {
              if (!run.isPending) run.mutate({ operation });
            }}
          >
            {run.isPending ? t('Asking…') : t('Try the newest five')}
          </ActButton>
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        {run.isError && <ProblemNotice error={run.error} title={t('It could not be tried')} />}
        {run.data === undefined && !run.isError && (
          <p className="text-quiet">{t('See each call before the first one is sent.')}</p>
        )}
        {run.data?.items.length === 0 && (
          <p className="text-quiet">{t('There is nothing yet to try it on.')}</p>
        )}
        {run.data !== undefined && run.data.items.length > 0 && <Counts items={run.data.items} />}
        {run.data?.items.map((item) => (
          <Tried key={item.recordId} item={item} />
        ))}
      </div>
    </Card>
  );
}

/** How many of each, before they are looked at one by one. */
function Counts({ items }: { readonly items: DryRun['items'] }) {
  const counted = [...Map.groupBy(items, ({ action }) => action)];
  const differing = items.flatMap(({ fields }) => fields).filter(({ differs }) => differs === true).length;
  return (
    <p className="flex flex-wrap items-center gap-2" role="status" data-testid="dry-run-counts">
      {counted.map(([action, all]) => (
        <Badge key={action} tone={ACTIONS[action].tone}>
          {`${ACTIONS[action].label}: ${number(all.length)}`}
        </Badge>
      ))}
      {differing > 0 && (
        <span className="text-quiet">
          {plural(differing, {
            one: '{{count}} field differs from what is there',
            other: '{{count}} fields differ from what is there',
          })}
        </span>
      )}
    </p>
  );
}

function Tried({ item }: { readonly item: DryRun['items'][number] }) {
  const { recordId, action, call, error, fields, remoteId } = item;
  const { label, tone } = ACTIONS[action];
  return (
    <div className="grid gap-1.5 border-b border-line pb-3 last:border-0 last:pb-0">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{label}</Badge>
        <Link to="/recordings/$id" params={{ id: recordId }} className="underline underline-offset-2">
          <code className="text-xs">{recordId.slice(0, 13)}…</code>
        </Link>
        {call !== null && (
          <code className="text-xs break-all text-quiet">
            {call.method} {call.target}
          </code>
        )}
        {remoteId !== null && remoteId !== recordId && (
          <span className="text-quiet">{t('as {{id}}', { id: remoteId })}</span>
        )}
      </span>
      {error !== null && <Failure title={error.title} fix={error.fix} className="text-warn" />}
      {fields.length > 0 && <FieldsPlanned fields={fields} />}
    </div>
  );
}

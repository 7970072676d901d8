import { useState } from 'react';
import { PackagePlus } from 'lucide-react';
import {
  useBackfillAct,
  useBackfills,
  useConnectionAct,
  type Backfill,
  type ConnectionDetail,
} from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';

const STATE_NAMES: Readonly<Record<Backfill['state'], string>> = {
  running: t('Running'),
  paused: t('Paused'),
  done: t('Done'),
  cancelled: t('Cancelled'),
};

const TONES: Readonly<Record<Backfill['state'], Tone>> = {
  running: 'info',
  paused: 'warn',
  done: 'good',
  cancelled: 'neutral',
};

/** Older recordings, told at a pace that leaves the present its share. */
export function BackfillsCard({ connection }: { readonly connection: ConnectionDetail }) {
  const [asking, setAsking] = useState(false);
  const items = useBackfills(connection.id).data?.items ?? [];
  return (
    <Card
      title={t('Back-fills')}
      icon={<PackagePlus />}
      actions={
        connection.state === 'live' && (
          <ActButton
            act="connection.manage"
            size="small"
            onClick={() => {
              setAsking(true);
            }}
          >
            {t('Tell it of older recordings')}
          </ActButton>
        )
      }
    >
      {items.length === 0 ? (
        <p className="text-sm text-quiet">
          {t(
            'A connection is told of what happens from now on. A back-fill tells it of what was recorded before.',
          )}
        </p>
      ) : (
        <ul className="grid gap-3 text-sm">
          {items.map((backfill) => (
            <Progress key={backfill.id} backfill={backfill} />
          ))}
        </ul>
      )}
      {asking && (
        <AskDialog
          connectionId={connection.id}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
}

function Progress({ backfill }: { readonly backfill: Backfill }) {
  const { id, state, total, queued, waiting, dead, askedAt, askedBy } = backfill;
  const done = Math.max(0, queued - waiting - dead);
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[state]}>{STATE_NAMES[state]}</Badge>
        <span>{t('{{done}} of {{total}} told', { done: number(done), total: number(total) })}</span>
        {dead > 0 && (
          <Badge tone="bad">
            {plural(dead, { one: '{{count}} dead letter', other: '{{count}} dead letters' })}
          </Badge>
        )}
        {state === 'running' && <Move id={id} verb="pause" label={t('Pause')} />}
        {state === 'paused' && <Move id={id} verb="resume" label={t('Resume')} />}
        {(state === 'running' || state === 'paused') && <Move id={id} verb="cancel" label={t('Cancel')} />}
      </span>
      <progress
        max={Math.max(1, total)}
        value={done}
        aria-label={t('Told so far')}
        className="h-1.5 w-full accent-accent"
      />
      <span className="text-quiet">
        <Rich
          text="asked <at/> by {{name}}"
          values={{ name: askedBy?.name ?? t('the command line') }}
          parts={{ at: <Timestamp instant={askedAt} /> }}
        />
      </span>
    </li>
  );
}

function Move({
  id,
  verb,
  label,
}: {
  readonly id: string;
  readonly verb: 'pause' | 'resume' | 'cancel';
  readonly label: string;
}) {
  const act = useBackfillAct(id, verb);
  return (
    <ActButton
      act="connection.manage"
      size="small"
      tone="quiet"
      onClick={() => {
        if (!act.isPending) act.mutate(undefined);
      }}
    >
      {label}
    </ActButton>
  );
}

function AskDialog({
  connectionId,
  onClose,
}: {
  readonly connectionId: string;
  readonly onClose: () => void;
}) {
  const [from, setFrom] = useState('');
  const ask = useConnectionAct<Backfill>(connectionId, 'backfills');
  return (
    <FormDialog
      title={t('Tell it of older recordings')}
      description={t('Each is sent as it stands when its turn comes. What happens meanwhile goes first.')}
      ready
      pending={ask.isPending}
      act={t('Begin')}
      onSubmit={() => {
        ask.mutate(from === '' ? {} : { from: `${from}T00:00:00.000Z` }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {ask.isError && <ProblemNotice error={ask.error} title={t('Nothing was begun')} />}
      <label className="grid gap-1.5 text-sm font-medium">
        {t('Recorded since (all, where it is left empty)')}
        <Input
          type="date"
          value={from}
          onChange={(event) => {
            setFrom(event.target.value);
          }}
        />
      </label>
    </FormDialog>
  );
}

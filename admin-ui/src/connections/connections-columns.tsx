import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { Connection, ConnectionPulse } from '../api/connections.ts';
import type { DeliveryHealth } from '../api/deliveries.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { saidByHub } from '../from-hub/said-by-hub.ts';
import { number, t } from '../i18n/t.ts';
import { AccessCell } from './access-cell.tsx';
import { CONNECTION_STATES, percent, REBUILD_DUE, waitedFor } from './connection-words.ts';

/** A connection, and how it is delivered to where that is known. */
export interface BoardRow {
  readonly connection: Connection;
  /** What its connector is called. */
  readonly system: string;
  readonly queue: DeliveryHealth | undefined;
  readonly pulse: ConnectionPulse | undefined;
}

const column = createColumnHelper<BoardRow>();
const NONE = <span className="text-quiet">–</span>;
const link = 'rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current';

/** Columns of the board; each number leads to what it counts. */
export const CONNECTIONS_COLUMNS = [
  column.display({
    id: 'name',
    header: t('System'),
    meta: { rowHeader: true, className: 'sm:min-w-40' },
    cell: ({ row: { original } }) => <Name row={original} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px sm:whitespace-nowrap' },
    cell: ({ row: { original } }) => <State row={original} />,
  }),
  column.display({
    id: 'success',
    header: t('Last success'),
    meta: { className: 'w-px whitespace-nowrap max-lg:hidden' },
    cell: ({ row: { original } }) => {
      const at = original.queue?.lastDoneAt ?? null;
      return at === null ? NONE : <Timestamp instant={at} />;
    },
  }),
  column.display({
    id: 'waiting',
    header: t('Waiting'),
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => <Waiting row={original} />,
  }),
  column.display({
    id: 'errors',
    header: t('Failed in the last hour'),
    meta: { className: 'w-px max-lg:hidden' },
    cell: ({ row: { original } }) => {
      const rate = original.queue?.errorRate ?? null;
      return rate === null ? NONE : percent(rate);
    },
  }),
  column.display({
    id: 'access',
    header: t('Access and budget'),
    meta: { className: 'max-xl:hidden' },
    cell: ({ row: { original } }) => <AccessCell pulse={original.pulse} />,
  }),
  column.display({
    id: 'dead',
    header: t('Dead letters'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row: { original } }) => <DeadLetters row={original} />,
  }),
] as ColumnDef<BoardRow, never>[];

function Name({ row: { connection, system } }: { readonly row: BoardRow }) {
  return (
    <>
      <Link
        to="/connections/$id"
        params={{ id: connection.id }}
        data-testid="connection-link"
        className="font-medium break-words hover:underline"
      >
        {connection.name}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {system} · {t('version {{version}}', { version: connection.version })}
      </span>
    </>
  );
}

function State({ row: { connection, queue, pulse } }: { readonly row: BoardRow }) {
  const { label, tone, meaning } = CONNECTION_STATES[connection.state];
  const closedUntil = queue?.closedUntil ?? null;
  return (
    <span className="grid justify-items-start gap-1">
      <Badge tone={tone} title={meaning}>
        {label}
      </Badge>
      {closedUntil !== null && Date.parse(closedUntil) > Date.now() && (
        <Badge
          tone="warn"
          title={saidByHub(`${queue?.error?.title ?? ''} ${queue?.error?.fix ?? ''}`.trim())}
        >
          {t('Asked again')} <Timestamp instant={closedUntil} />
        </Badge>
      )}
      {pulse != null && pulse.rebuildDueSince !== null && (
        <Badge tone="warn" title={REBUILD_DUE}>
          {t('Rebuild')}
        </Badge>
      )}
    </span>
  );
}

function Waiting({ row: { connection, queue } }: { readonly row: BoardRow }) {
  if (queue === undefined || queue.queued === 0) return NONE;
  return (
    <Link to="/deliveries" search={{ connectionId: connection.id, state: 'queued' }} className={link}>
      {number(queue.queued)}
      {queue.oldestQueuedAt !== null && (
        <span className="text-quiet"> · {waitedFor(queue.oldestQueuedAt, new Date())}</span>
      )}
    </Link>
  );
}

function DeadLetters({ row: { connection, queue } }: { readonly row: BoardRow }) {
  if (queue === undefined || queue.dead === 0) return NONE;
  return (
    <Link to="/deliveries" search={{ connectionId: connection.id, state: 'dead' }} className={link}>
      <Badge tone="bad">{number(queue.dead)}</Badge>
    </Link>
  );
}

import type { StreamCheckpoint, StreamDefinition, StreamItem } from '../../kit/stream.ts';
import type { ServicenowContext } from '../client.ts';
import type { ServicenowConfig } from '../config.ts';
import { correlationPrefix, incidentOf } from '../keys.ts';
import { queryTable, type TableRow } from '../table-api.ts';
import { toColumn, toInstant } from '../values.ts';

const PAGE = 200;
/** Rows become visible when their transaction ends and not when they say they were changed: so far back is read again. */
const OVERLAP_MS = 120_000;

const FIELDS = [
  'sys_id',
  'number',
  'state',
  'correlation_id',
  'sys_updated_on',
  'closed_at',
  'closed_by.user_name',
  'resolved_at',
  'resolved_by.user_name',
  'reopened_time',
  'reopened_by.user_name',
  'sys_updated_by',
];

/** Where reading stands: the time and id of the last row, as the instance writes them. */
interface Position {
  readonly updatedOn: string;
  readonly sysId: string;
}

/**
 * What people did to the tickets of this tenant: that one ended, that one was opened again. A row tells how it stands and
 * not what happened, so each event is keyed by the time that the row itself gives for it, and reading a row twice, as the
 * overlap does, makes no second event. What the integration user did is ours and not news.
 */
export const ticketChanges: StreamDefinition<ServicenowConfig> = {
  spec: {
    title: 'Changes of tickets',
    description: 'Closing the ticket closes the incident, opening it again opens the incident again.',
    produces: ['ticket.closed', 'ticket.reopened'],
    everySec: 60,
  },
  async *read(ctx, from) {
    let position = positionOf(from);
    let after = position === undefined ? undefined : startOf(position);
    for (;;) {
      const rows = await queryTable(ctx, ctx.config.ticketTable, queryOf(ctx, after), FIELDS, PAGE);
      for (const row of rows) yield* eventsOf(ctx, row);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = { updatedOn: last['sys_updated_on'] ?? '', sysId: last['sys_id'] ?? '' };
      // Never back: the overlap is read again, not returned to.
      if (position === undefined || isLater(after, position)) {
        position = after;
        yield { kind: 'checkpoint', checkpoint: { ...position } } satisfies StreamItem;
      }
      if (rows.length < PAGE) return;
    }
  },
};

function positionOf(from: StreamCheckpoint): Position | undefined {
  const { updatedOn, sysId } = from ?? {};
  return typeof updatedOn === 'string' && toInstant(updatedOn) !== undefined
    ? { updatedOn, sysId: typeof sysId === 'string' ? sysId : '' }
    : undefined;
}

function startOf({ updatedOn }: Position): Position {
  const at = Date.parse(toInstant(updatedOn) ?? '') - OVERLAP_MS;
  return { updatedOn: toColumn(new Date(at).toISOString()), sysId: '' };
}

/** Rows behind a position, oldest change first; many rows may have changed in the same second. */
function queryOf({ tenantId }: ServicenowContext, after: Position | undefined): string {
  const ours = `correlation_idSTARTSWITH${correlationPrefix(tenantId)}`;
  const order = '^ORDERBYsys_updated_on^ORDERBYsys_id';
  if (after === undefined) return `${ours}${order}`;
  const { updatedOn, sysId } = after;
  return `${ours}^sys_updated_on>${updatedOn}^NQ${ours}^sys_updated_on=${updatedOn}^sys_id>${sysId}${order}`;
}

function isLater(a: Position, b: Position): boolean {
  return a.updatedOn > b.updatedOn || (a.updatedOn === b.updatedOn && a.sysId > b.sysId);
}

function* eventsOf({ tenantId, config }: ServicenowContext, row: TableRow): Generator<StreamItem> {
  const incidentId = incidentOf(tenantId, row['correlation_id'] ?? '');
  if (incidentId === undefined) return;
  const ticketId = row['number'] ?? row['sys_id'] ?? '';
  const event = (type: string, happened: string | undefined, by: string | undefined): StreamItem[] => {
    // Without a time of its own there is nothing that would tell two events of one row apart.
    const at = toInstant(happened ?? '');
    if (at === undefined || by === config.user) return [];
    const dedupeKey = `${type}/${row['sys_id']}/${at}`;
    return [{ kind: 'event', dedupeKey, type, at, data: { incidentId, ticketId } }];
  };
  yield* event('ticket.reopened', row['reopened_time'], row['reopened_by.user_name']);
  if (!config.endedStates.includes(row['state'] ?? '')) return;
  const { at, by } = endOf(row, config.stateResolved);
  yield* event('ticket.closed', at, by);
}

/** When a ticket ended and by whom; where its state fills no column of its own, its last change has to do. */
function endOf(row: TableRow, resolved: string): { readonly at?: string; readonly by?: string } {
  const [time, person] =
    (row['closed_at'] ?? '') !== ''
      ? ['closed_at', 'closed_by.user_name']
      : row['state'] === resolved && (row['resolved_at'] ?? '') !== ''
        ? ['resolved_at', 'resolved_by.user_name']
        : ['sys_updated_on', 'sys_updated_by'];
  const [at, by] = [row[time ?? ''], row[person ?? '']];
  return { ...(at === undefined ? {} : { at }), ...(by === undefined ? {} : { by }) };
}

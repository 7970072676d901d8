import type { TicketItem } from '../app/src/server/tickets.ts';
import type { Result } from '../app/src/server/row.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { IncidentTicket } from '../../kit/record.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import { callHubFor, HUB_PATH, type ServicenowContext } from '../client.ts';
import type { ServicenowConfig } from '../config.ts';
import { answerOf } from '../hub-answers.ts';
import { mappedColumns, thereOf } from '../mapped-columns.ts';
import { correlationId, ticketSysId } from '../keys.ts';
import { ticketColumns } from '../ticket-columns.ts';
import { findTickets, sendByTable, type FoundTicket } from '../tickets-by-table.ts';
import { TICKET_MAPPING } from './mapping-defaults.ts';
import { stateRule } from './ticket-rule.ts';

/** Opens, changes and ends the ticket of an incident: one ticket for one incident, whatever is repeated. */
export const ticket: OperationDefinition<ServicenowConfig, IncidentTicket> = {
  spec: {
    kind: 'upsert',
    title: 'Tickets of incidents',
    description:
      'Makes one ticket per incident and keeps it in step; its state follows the incident and the other way round.',
    input: 'ticket',
    idempotency: { via: 'external_id' },
    batch: { maxRecords: 25, maxBytes: 512 * 1024 },
    visible: 'at_once',
    mapping: { object: { fromConfig: 'ticketTable' }, defaults: TICKET_MAPPING },
    dataClasses: ['metadata'],
  },
  async plan(ctx, records) {
    // The Table API makes a second one without a word, so it is always asked first.
    const asks = ctx.dryRun || ctx.config.application === 'table';
    const more = ctx.dryRun ? mappedColumns(records) : [];
    const found = asks ? await findTickets(ctx, records, more) : [];
    return records.map((record, index) => planOf(ctx, record, asks, found[index]));
  },
  async execute(ctx, planned) {
    if (ctx.config.application === 'table') return sendByTable(ctx, planned);
    const results = await callHubFor<Result>(
      ctx,
      '/tickets',
      planned.map(({ record }) => itemOf(ctx.config, record)),
    );
    return results.map((result, index) => answerOf(result, planned[index]?.remoteId ?? ''));
  },
  async reconcile(ctx, planned) {
    const found = await findTickets(
      ctx,
      planned.map(({ record }) => record),
    );
    return planned.map(({ record, remoteId }, index) =>
      upsertState(record, found[index], found[index]?.sysId ?? remoteId),
    );
  },
};

function planOf(
  ctx: ServicenowContext,
  record: IncidentTicket,
  asked: boolean,
  found: FoundTicket | undefined,
): Planned<IncidentTicket> {
  const { application, ticketTable } = ctx.config;
  const table = `/api/now/table/${ticketTable}`;
  const remoteId = found?.sysId ?? ticketSysId(correlationId(record));
  const there = ctx.dryRun && found !== undefined ? { there: thereOf(record, found.row) } : {};
  const plan = { record, key: ctx.keyOf('ticket', record), remoteId, ...there };
  if (application === 'scoped') {
    const call = { method: 'POST', target: `${HUB_PATH}/tickets` };
    return { ...plan, call, action: asked ? upsertAction(record, found) : 'upsert' };
  }
  const call =
    found === undefined
      ? { method: 'POST', target: table }
      : { method: 'PATCH', target: `${table}/${found.sysId}` };
  // One that knows something newer is passed by in the act, which says so.
  const overtaken = found !== undefined && found.revision > record.revision && !ctx.dryRun;
  return {
    ...plan,
    call,
    action: overtaken ? 'update' : upsertAction(record, found),
    ...(found === undefined ? {} : { basis: basisOf(found) }),
  };
}

function basisOf({ sysId, remote, revision, state }: FoundTicket): Record<string, string | number> {
  return { sysId, remote, revision, ...(state === undefined ? {} : { told: state }) };
}

function itemOf(config: ServicenowConfig, record: IncidentTicket): TicketItem {
  const key = correlationId(record);
  return {
    table: config.ticketTable,
    key,
    sysId: ticketSysId(key),
    revision: record.revision,
    state: record.state,
    rule: stateRule(config),
    ...ticketColumns(config, record),
  };
}

import { Context } from '@temporalio/activity';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { IncidentTicket } from '../../connectors/kit/record.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { noteTicketSent } from '../../recorder-core/records/incident-tickets.ts';
import { settle } from '../connectors/settle.ts';
import type { TicketActivities } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { incidentTicketOf } from './incident-ticket.ts';

/** See `TicketActivities.sendTicket`. Sends the incident as it is now, so a late retry never sends old news. */
export function sendTicket(deps: ActivityDependencies): TicketActivities['sendTicket'] {
  return async ({ tenantId, incidentId, connectionId }) => {
    const record = await deps.db.forTenant(tenantId, (tx) =>
      incidentTicketOf(deps, tx, tenantId, incidentId),
    );
    if (record === undefined) return { outcome: 'rejected' };
    const run = {
      tenantId,
      connectionId,
      operation: 'ticket' as const,
      record,
      signal: Context.current().cancellationSignal,
    };
    return settle(deps, run, (tx, outcome) =>
      keep(tx, { tenantId, connectionId, record, at: deps.now() }, outcome),
    );
  };
}

async function keep(
  tx: Tx,
  about: {
    readonly tenantId: string;
    readonly connectionId: string;
    readonly record: IncidentTicket;
    readonly at: Date;
  },
  outcome: Outcome,
): Promise<void> {
  const { tenantId, connectionId, record, at } = about;
  const done = outcome.outcome === 'done';
  // What is refused for good is dealt with, until the incident changes again.
  const dealtWith = done || outcome.error.retry === 'never';
  await noteTicketSent(tx, tenantId, {
    incidentId: record.id,
    connectionId,
    revision: dealtWith ? record.revision : null,
    remoteId: done ? outcome.receipt.remoteId : null,
    closed: record.state === 'closed',
    problem: done ? null : outcome.error.title,
    at,
  });
}

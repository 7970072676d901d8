import {
  condition,
  continueAsNew,
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { TicketActivities } from '../../activities/connector-contract.ts';
import type { IncidentActivities } from '../../activities/compliance-contract.ts';
import { DATABASE, DELIVER, TICKET_PAUSE } from '../activity-options.ts';
import { untilTold } from '../until-told.ts';
import { incidentChanged, statusQuery, type IncidentInput, type IncidentStatus } from './messages.ts';

const { advanceIncident, freezeEvidence } = proxyActivities<IncidentActivities>(DATABASE);
const { sendTicket } = proxyActivities<TicketActivities>(DELIVER);

/**
 * Watches one incident: freezes its evidence, lets every clock run at once, reminds, calls the next level, notes what was
 * missed, and keeps the tickets of connected systems in step. It decides nothing: people act on the row, and a signal says
 * that they did. A ticket system that is away keeps no clock from running.
 */
export async function incident(input: IncidentInput): Promise<IncidentStatus> {
  const ref = { tenantId: input.tenantId, incidentId: input.incidentId };
  const telling = new Set<string>();
  const givenUp = new Set<string>();
  let status: IncidentStatus = { over: false, nextAt: null, telling: [] };
  let told = 0;
  setHandler(incidentChanged, () => {
    told += 1;
  });
  setHandler(statusQuery, () => ({ ...status, telling: [...telling] }));

  /** Tells one connection; the row says afterwards what it still owes. After the end it is tried for the last time. */
  const tell = async (connectionId: string): Promise<void> => {
    telling.add(connectionId);
    const last = status.over;
    try {
      await sendTicket({ ...ref, connectionId });
    } catch (error) {
      if (isCancellation(error)) return;
      log.warn('a ticket could not be sent', { ...ref, connectionId });
      if (last) givenUp.add(connectionId);
      else await condition(() => status.over, TICKET_PAUSE).catch(() => undefined);
    }
    telling.delete(connectionId);
    told += 1;
  };

  let frozen: number | undefined;
  for (;;) {
    const known = told;
    if (frozen !== known) await freezeEvidence(ref);
    frozen = known;
    const { over, nextAt, tickets } = await advanceIncident(ref);
    status = { over, nextAt, telling: [] };
    for (const connectionId of tickets)
      if (!telling.has(connectionId) && !givenUp.has(connectionId)) void tell(connectionId);
    if (over && telling.size === 0 && told === known) return { over, nextAt: null, telling: [] };
    if (workflowInfo().continueAsNewSuggested && telling.size === 0)
      await continueAsNew<typeof incident>(input);
    await untilTold(() => told !== known, nextAt);
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(incident, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

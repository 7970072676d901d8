import {
  agendaAt,
  closeRule,
  missingToClose,
  type Agenda,
  type AgendaIncident,
} from '../../recorder-core/policy/incident-agenda.ts';
import { waitingConnections } from '../../recorder-core/policy/incident-levels.ts';
import { readApproval, requireApproved } from '../../recorder-core/records/approvals.ts';
import { mailOwnerOr } from '../../recorder-core/records/queue-mail.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { finishIncident } from '../../recorder-core/records/finish-incident.ts';
import {
  agendaClockOf,
  noteClockTime,
  readIncidentClocks,
  settleClocks,
} from '../../recorder-core/records/incident-clocks.ts';
import { agendaOf } from '../../recorder-core/records/incident-agenda-of.ts';
import { listOwedTickets } from '../../recorder-core/records/incident-tickets.ts';
import {
  changeIncident,
  countIncidentEntries,
  lockIncident,
  type Incident,
} from '../../recorder-core/records/incidents.ts';
import {
  noteClockChanges,
  noteIncident,
  type IncidentActing,
} from '../../recorder-core/records/note-incident.ts';
import type { IncidentActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { callLevels } from './call-levels.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'packs' | 'now' | 'newId' | 'connectorsWith'>;

/** See `IncidentActivities.advanceIncident`. */
export function advanceIncident(deps: Deps): IncidentActivities['advanceIncident'] {
  return ({ tenantId, incidentId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const found = await lockIncident(tx, incidentId);
      if (found === undefined) return { over: true, nextAt: null, tickets: [] };
      const acting: IncidentActing = { tenantId, incidentId, by: null, now, newId: deps.newId };
      if (found.state !== 'closed') {
        await settleApproval(tx, acting, found);
        await passTime(deps, tx, acting);
      }
      const after = (await lockIncident(tx, incidentId)) ?? found;
      const standing = await agendaOf(tx, after);
      const { nextAtMs } = agendaAt(standing, now.getTime());
      const waiting = waitingConnections(standing.levels, standing.escalation);
      return {
        over: after.state === 'closed',
        nextAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
        tickets: await listOwedTickets(tx, incidentId, deps.connectorsWith('ticket'), waiting),
      };
    });
}

/** Closes an incident whose closing a second person has agreed to, or says that nobody has. */
async function settleApproval(tx: Tx, acting: IncidentActing, incident: Incident): Promise<void> {
  if (incident.approvalId === null) return;
  const approval = await readApproval(tx, incident.approvalId);
  if (approval?.state === 'open') return;
  const clocks = (await readIncidentClocks(tx, [incident.id])).map(agendaClockOf);
  const missing = missingToClose({
    ...(await agendaOf(tx, incident)),
    clocks,
    postMortem: incident.postMortem !== null,
  });
  if (approval?.state === 'approved' && missing.length === 0) {
    await requireApproved(tx, approval.id, { kind: 'incident-close', subjectId: incident.id });
    if (await finishIncident(tx, { ...acting, by: approval.requestedBy }, incident, closeRule(clocks)))
      return;
  }
  await changeIncident(tx, incident.id, { approvalId: null });
  await noteIncident(tx, acting, {
    kind: 'close-not-agreed',
    act: 'incident.noted',
    outcome: approval?.state === 'approved' ? 'outdated' : (approval?.state ?? 'withdrawn'),
    facts: { approval: incident.approvalId },
  });
}

async function passTime(deps: Deps, tx: Tx, acting: IncidentActing): Promise<void> {
  const incident = await lockIncident(tx, acting.incidentId);
  if (incident === undefined || incident.state === 'closed') return;
  const standing = await agendaOf(tx, incident);
  const agenda = agendaAt(standing, acting.now.getTime());
  const done = await noteAgenda(tx, acting, incident, standing, agenda);
  const assumed = agenda.assumeStrictest || (await countIncidentEntries(tx, incident.id, 'assumed')) > 0;
  if (incident.classification !== null || assumed) {
    const { now, newId, tenantId } = acting;
    const rules = await deps.packs.current(tx);
    const changes = await settleClocks(tx, tenantId, incident, rules, {
      now,
      newId,
      reason: 'By the rules in force now it is not owed.',
    });
    await noteClockChanges(tx, acting, changes);
    if (changes.length > 0 || done) await changeIncident(tx, incident.id, {});
  } else if (done) {
    await changeIncident(tx, incident.id, {});
  }
}

/** Notes what time has made due. @returns whether there was anything. */
async function noteAgenda(
  tx: Tx,
  acting: IncidentActing,
  incident: Incident,
  { levels }: Pick<AgendaIncident, 'levels'>,
  agenda: Agenda,
): Promise<boolean> {
  if (agenda.escalation > incident.escalation) {
    const called = levels.slice(incident.escalation, agenda.escalation);
    await changeIncident(tx, incident.id, { escalation: agenda.escalation });
    await callLevels(tx, acting, called, agenda.escalation);
  }
  if (agenda.assumeStrictest) {
    const rules = ['incident/unclassified'];
    await noteIncident(tx, acting, {
      kind: 'assumed',
      act: 'incident.classified',
      outcome: 'assumed',
      rules,
    });
  }
  await noteClockAgenda(tx, acting, agenda);
  await mailClocks(tx, acting, incident, agenda);
  const before = await countIncidentEntries(tx, incident.id, 'close-reminded');
  for (let n = before; n < agenda.closeReminders; n += 1)
    await noteIncident(tx, acting, { kind: 'close-reminded', facts: { reminder: n + 1 } });
  return (
    agenda.escalation > incident.escalation ||
    agenda.assumeStrictest ||
    agenda.reminders.length + agenda.missed.length + (agenda.closeReminders - before) > 0
  );
}

/** Reminders of clocks, and those whose time is over. */
async function noteClockAgenda(tx: Tx, acting: IncidentActing, agenda: Agenda): Promise<void> {
  await noteClockTime(tx, agenda.reminders, agenda.missed, acting.now);
  const clocks = new Map(
    (await readIncidentClocks(tx, [acting.incidentId])).map((clock) => [clock.id, clock]),
  );
  const factsOf = (clockId: string) => {
    const clock = clocks.get(clockId);
    return clock === undefined
      ? {}
      : { regime: clock.regime, duty: clock.duty, dueAt: clock.dueAt, clock: clock.title };
  };
  for (const { clockId, reminders } of agenda.reminders)
    await noteIncident(tx, acting, {
      kind: 'clock-reminded',
      facts: { ...factsOf(clockId), reminder: reminders },
    });
  for (const clockId of agenda.missed) {
    const rules = [clocks.get(clockId)?.ruleId ?? clockId];
    await noteIncident(tx, acting, {
      kind: 'clock-missed',
      act: 'clock.missed',
      outcome: 'missed',
      rules,
      facts: factsOf(clockId),
    });
  }
}

/** Clocks that run out, or have, are told to whoever handles the incident; while nobody does, to the officers. */
async function mailClocks(
  tx: Tx,
  acting: IncidentActing,
  { id, owner }: Incident,
  agenda: Agenda,
): Promise<void> {
  const steps = [
    ...agenda.reminders.map(({ clockId, reminders }) => `clock-${clockId}-${reminders}`),
    ...agenda.missed.map((clockId) => `clock-${clockId}-missed`),
  ];
  for (const step of steps)
    await mailOwnerOr(
      tx,
      acting,
      { kind: 'incident-clock', subjectId: id, step },
      {
        owner: owner?.id ?? null,
        roles: ['compliance_officer'],
      },
    );
}

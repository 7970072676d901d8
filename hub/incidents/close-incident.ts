import { HoldfastError } from '../../recorder-core/errors.ts';
import { closeRule, missingToClose, type MissingPart } from '../../recorder-core/policy/incident-agenda.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import { finishIncident } from '../../recorder-core/records/finish-incident.ts';
import { agendaOf } from '../../recorder-core/records/incident-agenda-of.ts';
import { changeIncident, type Incident } from '../../recorder-core/records/incidents.ts';
import {
  announceIncident,
  noteIncident,
  type IncidentActing,
} from '../../recorder-core/records/note-incident.ts';
import { requireIncident, requireStanding, type IncidentAsking } from './acting.ts';

/** How long a second person has to agree to the closing. */
const AGREE_WITHIN_MS = 14 * 86_400_000;

/** What came of the wish to close: closed, waiting for a second person, or what is missing first. */
export type CloseResult =
  | { readonly result: 'closed' }
  | { readonly result: 'waiting'; readonly approvalId: string }
  | { readonly result: 'missing'; readonly missing: readonly MissingPart[] };

/**
 * Closes an incident that lacks nothing. Where a clock was missed or late, a second person is asked instead, and it is
 * closed when they agree.
 * @throws HoldfastError `not_found`, `conflict` for a closed one.
 */
export async function closeIncident(tx: Tx, asking: IncidentAsking, id: string): Promise<CloseResult> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  requireStanding(incident);
  const agenda = await agendaOf(tx, incident);
  const missing = missingToClose({ ...agenda, postMortem: incident.postMortem !== null });
  if (missing.length > 0) return { result: 'missing', missing };
  const rule = closeRule(agenda.clocks);
  if (rule === 'incident/second-person') return askSecondPerson(tx, acting, incident);
  if (!(await finishIncident(tx, acting, incident, rule)))
    throw new HoldfastError('conflict', `This incident is ${incident.state} and cannot be closed.`);
  return { result: 'closed' };
}

async function askSecondPerson(tx: Tx, acting: IncidentActing, incident: Incident): Promise<CloseResult> {
  if (incident.approvalId !== null) return { result: 'waiting', approvalId: incident.approvalId };
  const { tenantId, now, newId, by } = acting;
  const approvalId = newId(now);
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'incident-close',
    subject: { type: 'incident', id: incident.id },
    act: 'incident.manage',
    requestedBy: by !== null && 'name' in by ? by : null,
    summary: `Closes the incident "${incident.title}", of which a clock of the law was not kept.`,
    facts: { severity: incident.severity, kind: incident.kind, openedAt: incident.openedAt },
    dueAt: new Date(now.getTime() + AGREE_WITHIN_MS),
    now,
    newId,
    ...(acting.trace === undefined ? {} : { trace: acting.trace }),
  });
  await changeIncident(tx, incident.id, { approvalId });
  await noteIncident(tx, acting, {
    kind: 'close-asked',
    act: 'incident.noted',
    outcome: 'waiting',
    rules: ['incident/second-person'],
    facts: { approval: approvalId },
  });
  await announceIncident(tx, acting);
  return { result: 'waiting', approvalId };
}

/** What is missing, in the words of people. */
export function missingInWords(
  missing: readonly MissingPart[],
  clockTitle: (id: string) => string,
): string[] {
  return missing.map((part) => {
    switch (part.rule) {
      case 'incident/unclassified':
        return 'Classify it: say which facts of the law hold.';
      case 'incident/unresolved':
        return 'Resolve it: say what has ended the cause.';
      case 'incident/post-mortem':
        return 'Write the post-mortem: cause, impact, measures.';
      case 'incident/clock':
        return `Note that it was told, or why it is not owed: ${clockTitle(part.clockId)}.`;
    }
  });
}

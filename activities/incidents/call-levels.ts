import { CALLED_INSTEAD, type IncidentLevel } from '../../recorder-core/policy/incident-levels.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readCallablePeople, readTicketConnections } from '../../recorder-core/records/incident-levels.ts';
import { noteIncident, type IncidentActing } from '../../recorder-core/records/note-incident.ts';
import { mailOwnerOr, queueMail } from '../../recorder-core/records/queue-mail.ts';

/**
 * Calls everybody whom these levels name, and notes it; `level` is the number of the last. Connections get their ticket because the
 * incident has changed. Levels that reach nobody any more call the officers instead.
 */
export async function callLevels(
  tx: Tx,
  acting: IncidentActing,
  levels: readonly IncidentLevel[],
  level: number,
): Promise<void> {
  const named = (pick: (one: IncidentLevel) => readonly string[]) => [...new Set(levels.flatMap(pick))];
  const people = (
    await readCallablePeople(
      tx,
      named((one) => one.people),
    )
  ).map(({ id }) => id);
  const connections = await readTicketConnections(
    tx,
    named((one) => one.connections),
  );
  const asked = named((one) => one.roles);
  const nobody = asked.length + people.length + connections.length === 0;
  const roles = nobody ? CALLED_INSTEAD : asked;
  await noteIncident(tx, acting, {
    kind: 'escalated',
    act: 'incident.escalated',
    outcome: 'waiting',
    facts: {
      level,
      roles: roles.join(', '),
      ...(people.length > 0 && { people: people.length }),
      ...(connections.length > 0 && { connections: connections.map(({ name }) => name).join(', ') }),
      ...(nobody && { instead: true }),
    },
  });
  const telling = { kind: 'incident-clock', subjectId: acting.incidentId, step: `level-${level}` } as const;
  await mailOwnerOr(tx, acting, telling, { owner: null, roles });
  await queueMail(tx, acting, telling, people);
}

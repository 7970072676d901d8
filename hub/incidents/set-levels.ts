import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  faultOfLevels,
  plainLevels,
  type IncidentLevel,
  type IncidentLevels,
} from '../../recorder-core/policy/incident-levels.ts';
import { SEVERITIES } from '../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  listUntakenIncidents,
  readCallablePeople,
  readIncidentLevels,
  readTicketConnections,
  writeIncidentLevels,
} from '../../recorder-core/records/incident-levels.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { announceIncident } from '../../recorder-core/records/note-incident.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { Asking } from '../identity/asking.ts';

/** Levels as somebody wants them; null brings back those of the product. */
export interface WantedLevels {
  readonly levels: IncidentLevels | null;
  readonly reason: string;
}

/**
 * Sets who is called about incidents, from now on and also about those that nobody has taken on yet; the ledger has both before
 * and after. A severity that stays as it is may go on naming whoever has left: else nobody could change the others.
 * @throws HoldfastError `invalid_input` for a level that calls nobody or comes too early, for a person who is not active, and for a
 * connection that takes no tickets now.
 */
export async function setIncidentLevels(
  tx: Tx,
  asking: Pick<Asking, 'tenantId' | 'person' | 'now' | 'newId'>,
  { levels, reason }: WantedLevels,
): Promise<void> {
  const { tenantId, person, now, newId } = asking;
  const before = await readIncidentLevels(tx);
  if (levels !== null) await check(tx, levels, before.levels);
  await writeIncidentLevels(tx, tenantId, levels, { personId: person.id, now });
  const after = await readIncidentLevels(tx);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'incident-levels', id: tenantId },
      outcome: 'changed',
      facts: { before: plainLevels(before.levels), after: plainLevels(after.levels), own: after.own },
    },
    { ...actedBy(person), reason },
  );
  for (const incidentId of await listUntakenIncidents(tx))
    await announceIncident(tx, { tenantId, incidentId, by: null, now, newId, trace: carryTrace() });
}

async function check(tx: Tx, levels: IncidentLevels, before: IncidentLevels): Promise<void> {
  const [wanted, standing] = [plainLevels(levels), plainLevels(before)];
  const changed = SEVERITIES.filter(
    (severity) => JSON.stringify(wanted[severity]) !== JSON.stringify(standing[severity]),
  );
  for (const severity of changed) {
    const fault = faultOfLevels(levels[severity]);
    if (fault !== undefined) throw refused(severity, `${severity}: ${fault}`);
  }
  const all = changed.flatMap((severity) => levels[severity].map((level) => ({ severity, level })));
  const idsOf = (pick: (level: IncidentLevel) => readonly string[]) =>
    all.flatMap(({ level }) => pick(level));
  const people = new Set(
    (
      await readCallablePeople(
        tx,
        idsOf((level) => level.people),
      )
    ).map(({ id }) => id),
  );
  const taking = await readTicketConnections(
    tx,
    idsOf((level) => level.connections),
  );
  const tickets = new Set(taking.map(({ id }) => id));
  for (const { severity, level } of all) {
    if (level.people.some((id) => !people.has(id)))
      throw refused(severity, `${severity}: somebody is named who is not an active person of this tenant.`);
    if (level.connections.some((id) => !tickets.has(id)))
      throw refused(severity, `${severity}: a connection is named that is not live or takes no tickets.`);
  }
}

function refused(severity: string, sentence: string): HoldfastError {
  return new HoldfastError('invalid_input', sentence, { field: `/body/levels/${severity}` });
}

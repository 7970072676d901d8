import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  faultOfLevels,
  plainLevels,
  type IncidentLevel,
  type IncidentLevels,
} from '../../recorder-core/policy/incident-levels.ts';
import { SEVERITIES, type Severity } from '../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  listUntakenIncidents,
  readCallablePeople,
  readIncidentLevels,
  readTicketConnections,
  replaceIncidentLevels,
  type LevelTarget,
  type StoredLevels,
} from '../../recorder-core/records/incident-levels.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { announceIncident } from '../../recorder-core/records/note-incident.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { Asking } from '../identity/asking.ts';

/** Levels as somebody wants them; null brings back those of the product. */
export interface WantedLevels {
  readonly levels: IncidentLevels | null;
  /** The version that they were made from. */
  readonly version: number;
  readonly reason: string;
}

/**
 * Sets who is called about incidents, from now on and also about those that nobody has taken on yet; the ledger has both before
 * and after. A severity that stays as it is may go on naming whoever has left: else nobody could change the others.
 * @throws HoldfastError `invalid_input` for a level that calls nobody or comes too early, for a person who is not active, and for a
 * connection that takes no tickets now; `conflict` for a version that is not the current one.
 */
export async function setIncidentLevels(
  tx: Tx,
  asking: Pick<Asking, 'tenantId' | 'person' | 'now' | 'newId'>,
  { levels, version, reason }: WantedLevels,
): Promise<void> {
  const { tenantId, person, now, newId } = asking;
  const before = await readIncidentLevels(tx);
  if (before.version !== version) throw changedMeanwhile(before.version);
  const refused = levels === null ? undefined : await faultOfCalled(tx, levels, before);
  if (refused !== undefined)
    throw new HoldfastError('invalid_input', refused.sentence, { field: `/body/levels/${refused.severity}` });
  if (areSame(before.own ? before.levels : null, levels)) return;
  const change = { from: version, levels, by: person.id, at: now, reason };
  if (!(await replaceIncidentLevels(tx, tenantId, change))) throw changedMeanwhile(version + 1);
  const after = await readIncidentLevels(tx);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'incident-levels', id: tenantId },
      outcome: 'changed',
      facts: {
        before: plainLevels(before.levels),
        after: plainLevels(after.levels),
        own: after.own,
        version: after.version,
      },
    },
    { ...actedBy(person), reason },
  );
  for (const incidentId of await listUntakenIncidents(tx))
    await announceIncident(tx, { tenantId, incidentId, by: null, now, newId, trace: carryTrace() });
}

function areSame(one: IncidentLevels | null, other: IncidentLevels | null): boolean {
  return one === null || other === null
    ? one === other
    : JSON.stringify(plainLevels(one)) === JSON.stringify(plainLevels(other));
}

function changedMeanwhile(version: number): HoldfastError {
  return new HoldfastError(
    'conflict',
    `Somebody changed the levels meanwhile: they are at version ${version}. Nothing was changed. Look at them and change those.`,
    { field: '/body/version' },
  );
}

/** Why levels cannot be used. */
export interface RefusedLevels {
  readonly severity: Severity;
  readonly sentence: string;
}

/**
 * Looks whether levels call somebody, in order, and name only who can be called now; undefined where nothing is wrong. A
 * severity that is as it stands is not looked at. Changes nothing.
 */
export async function faultOfCalled(
  tx: Tx,
  levels: IncidentLevels,
  before: Pick<StoredLevels, 'levels'>,
): Promise<RefusedLevels | undefined> {
  const [wanted, standing] = [plainLevels(levels), plainLevels(before.levels)];
  const changed = SEVERITIES.filter(
    (severity) => JSON.stringify(wanted[severity]) !== JSON.stringify(standing[severity]),
  );
  for (const severity of changed) {
    const fault = faultOfLevels(levels[severity]);
    if (fault !== undefined) return { severity, sentence: `${severity}: ${fault}` };
  }
  const all = changed.flatMap((severity) => levels[severity].map((level) => ({ severity, level })));
  const named = (pick: (level: IncidentLevel) => readonly string[]) =>
    all.flatMap(({ level }) => pick(level));
  const callable = await readCallablePeople(
    tx,
    named(({ people }) => people),
  );
  const taking = await readTicketConnections(
    tx,
    named(({ connections }) => connections),
  );
  const [active, live] = [idsOf(callable), idsOf(taking)];
  for (const { severity, level } of all) {
    if (level.people.some((id) => !active.has(id)))
      return {
        severity,
        sentence: `${severity}: somebody is named who is not an active person of this tenant.`,
      };
    if (level.connections.some((id) => !live.has(id)))
      return {
        severity,
        sentence: `${severity}: a connection is named that is not live or takes no tickets.`,
      };
  }
  return undefined;
}

function idsOf(targets: readonly LevelTarget[]): ReadonlySet<string> {
  return new Set(targets.map(({ id }) => id));
}

import type { IncidentLevels } from '../../recorder-core/policy/incident-levels.ts';
import { SEVERITIES } from '../../recorder-core/policy/incident-state.ts';
import { listConnections } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  nameLevelTargets,
  readIncidentLevels,
  type StoredLevels,
} from '../../recorder-core/records/incident-levels.ts';
import { mayAccessAll, requireAccess } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';
import { faultOfCalled, setIncidentLevels } from '../incidents/set-levels.ts';
import type { WrittenLevels } from './configuration-file.ts';
import {
  ONLY_ONE,
  type Applying,
  type ConfiguredObjects,
  type CurrentObject,
  type Done,
  type FaultAt,
  type Faulty,
  type WantedObject,
} from './configured-objects.ts';
import { changesBetween } from './field-changes.ts';

interface CurrentLevels extends CurrentObject {
  readonly content: WrittenLevels;
}

/**
 * Levels of incidents as a file speaks of them, with connections by name. Whoever may not handle incidents sees none here, and
 * a file of theirs that speaks of them is refused: applying a file gives nobody a right.
 */
export function levelObjects(
  tx: Tx,
  asking: Asking,
): ConfiguredObjects<{ readonly name: string; readonly said: WrittenLevels }, CurrentLevels> {
  return {
    kind: 'incident-levels',
    async current() {
      const standing = await readIncidentLevels(tx);
      if (!standing.own || !(await mayAccessAll(tx, asking, 'incident.read'))) return [];
      return [await currentLevels(tx, asking.tenantId, standing)];
    },
    async want({ said }, current, fault) {
      if (!(await mayAccessAll(tx, asking, 'incident.manage')))
        return { faults: [fault([], 'Only who may handle incidents (incident.manage) says who is called.')] };
      return wantLevels(tx, said, current, fault);
    },
  };
}

async function currentLevels(
  tx: Tx,
  tenantId: string,
  { levels, version }: StoredLevels,
): Promise<CurrentLevels> {
  const names = await connectionNames(tx, levels);
  const content = rename(levels, (id) => names.get(id) ?? id);
  return {
    id: tenantId,
    name: ONLY_ONE,
    content,
    version,
    state: 'enabled',
    remove: async (applying) => {
      await set(applying, version, null);
    },
    write: () => Promise.resolve({ ...content }),
  };
}

async function wantLevels(
  tx: Tx,
  said: WrittenLevels,
  current: CurrentLevels | undefined,
  fault: FaultAt,
): Promise<WantedObject | Faulty> {
  const standing = await readIncidentLevels(tx);
  const ids = new Map([...(await connectionNames(tx, standing.levels))].map(([id, name]) => [name, id]));
  const unknown = SEVERITIES.flatMap((severity) =>
    said[severity].flatMap(({ connections }, level) =>
      connections.flatMap((name, at) =>
        ids.has(name)
          ? []
          : [fault([severity, level, 'connections', at], `There is no connection "${name}" yet.`)],
      ),
    ),
  );
  if (unknown.length > 0) return { faults: unknown };
  const levels = rename(said, (name) => ids.get(name) ?? name);
  const refused = await faultOfCalled(tx, levels, standing);
  if (refused !== undefined) return { faults: [fault([refused.severity], refused.sentence)] };
  const content = { ...said };
  return {
    content,
    changes: changesBetween(current?.content, content),
    perform: (applying) => set(applying, standing.version, levels),
  };
}

/**
 * What a file calls each connection, by id: its name. One that is gone and that the levels still name keeps its name only while no
 * other has it; after that it goes by its id, so that a name always means the connection that can be called by it.
 */
async function connectionNames(tx: Tx, levels: IncidentLevels): Promise<ReadonlyMap<string, string>> {
  const names = new Map((await listConnections(tx)).map(({ id, name }) => [id, name]));
  const named = SEVERITIES.flatMap((one) => levels[one].flatMap((level) => level.connections));
  const taken = new Set(names.values());
  for (const [id, name] of await nameLevelTargets(tx, { people: [], connections: named })) {
    if (names.has(id)) continue;
    names.set(id, taken.has(name) ? id : name);
    taken.add(name);
  }
  return names;
}

function rename(levels: IncidentLevels, of: (connection: string) => string): WrittenLevels {
  const renamed = (severity: keyof IncidentLevels) =>
    levels[severity].map(({ afterMinutes, roles, people, connections }) => ({
      afterMinutes,
      roles: [...roles],
      people: [...people],
      connections: connections.map(of),
    }));
  return {
    critical: renamed('critical'),
    high: renamed('high'),
    medium: renamed('medium'),
    low: renamed('low'),
  };
}

/** Puts levels in the place of the version that the plan was made from. */
async function set(
  { tx, asking, why }: Applying,
  version: number,
  levels: IncidentLevels | null,
): Promise<Done> {
  await requireAccess(tx, asking, 'incident.manage');
  await setIncidentLevels(tx, asking, { levels, version, reason: why ?? 'By a configuration file.' });
  return { id: asking.tenantId, version: (await readIncidentLevels(tx)).version, shown: [] };
}

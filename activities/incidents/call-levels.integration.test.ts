import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DEFAULT_LEVELS,
  type IncidentLevel,
  type IncidentLevels,
} from '../../recorder-core/policy/incident-levels.ts';
import { readIncidentLevels, replaceIncidentLevels } from '../../recorder-core/records/incident-levels.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { advanceIncident } from './advance-incident.ts';

const MINUTE = 60_000;
const OPENED = new Date('2026-11-27T12:00:00.000Z');
let database: TestDatabase;
let bench: ActivityBench;
let now = OPENED;
let officer: string;
let engineer: string;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database, { now: () => now });
  [officer, engineer] = [await addPerson('compliance_officer'), await addPerson('engineer')];
  await database.asOwner(
    `insert into mail_setting (tenant_id, allowed, sender, sender_name, language, changed_by, changed_at)
     values ($1, true, 'records@example.com', 'Records', 'en', $2, now())`,
    [database.tenantId, officer],
  );
});
beforeEach(() => {
  now = OPENED;
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

async function addPerson(role: string): Promise<string> {
  const id = newId(Date.now());
  await database.asOwner(
    `insert into app_user (tenant_id, id, name, role, status, kind, email)
     values ($1, $2, $3, $4, 'active', 'person', $5)`,
    [database.tenantId, id, `A ${role}`, role, `${role}@example.com`],
  );
  return id;
}

const level = (afterMinutes: number, change: Partial<IncidentLevel>): IncidentLevel => ({
  afterMinutes,
  roles: [],
  people: [],
  connections: [],
  ...change,
});
const setLevels = (high: readonly IncidentLevel[]): Promise<void> =>
  database.db.forTenant(database.tenantId, async (tx) => {
    const { version } = await readIncidentLevels(tx);
    const levels: IncidentLevels = { ...DEFAULT_LEVELS, high };
    const by = { by: officer, at: now, reason: 'As the test wants them.' };
    await replaceIncidentLevels(tx, database.tenantId, { from: version, levels, ...by });
  });
const open = async (): Promise<string> =>
  (
    await database.db.forTenant(database.tenantId, (tx) =>
      openIncident(tx, {
        tenantId: database.tenantId,
        key: `test/${newId(Date.now())}`,
        kind: 'capture',
        severity: 'high',
        title: 'Calls were not recorded.',
        detector: 'person',
        detectedAt: OPENED,
        now: OPENED,
        newId: (at) => newId(at.getTime()),
      }),
    )
  ).id;
const advance = (incidentId: string, minutes: number) => {
  now = new Date(OPENED.getTime() + minutes * MINUTE);
  return advanceIncident(bench.deps)({ tenantId: database.tenantId, incidentId });
};
const calledIn = async (incidentId: string) =>
  (
    await database.asOwner<{ facts: Record<string, unknown> }>(
      "select facts from incident_entry where incident_id = $1 and kind = 'escalated' order by at, id",
      [incidentId],
    )
  ).map(({ facts }) => facts);
const mailedTo = async (incidentId: string, step: string) =>
  (
    await database.asOwner<{ id: string }>(
      "select user_id as id from mail where subject_id = $1 and step = $2 and kind = 'incident-clock' order by 1",
      [incidentId, step],
    )
  ).map(({ id }) => id);

describe('the levels of a tenant', () => {
  test('call the people and roles that they name, each at its time and once', async () => {
    await setLevels([
      level(10, { people: [engineer] }),
      level(30, { roles: ['compliance_officer'], people: [officer] }),
    ]);
    const id = await open();
    expect(await advance(id, 0)).toMatchObject({ nextAt: '2026-11-27T12:10:00.000Z' });
    expect(await calledIn(id)).toEqual([]);
    expect(await advance(id, 10)).toMatchObject({ nextAt: '2026-11-27T12:30:00.000Z' });
    expect(await mailedTo(id, 'level-1')).toEqual([engineer]);
    await advance(id, 31);
    await advance(id, 32);
    expect(await mailedTo(id, 'level-2')).toEqual([officer]);
    expect(await calledIn(id)).toEqual([
      { level: 1, roles: '', people: 1 },
      { level: 2, roles: 'compliance_officer', people: 1 },
    ]);
  });

  test('keep the ticket from a connection until its level is called; the others have it at once', async () => {
    const row = { connector: 'webhook', config: { sends: ['ticket'] } };
    const [desk, pager] = [await addConnectionRow(database, row), await addConnectionRow(database, row)];
    await setLevels([level(0, { roles: ['compliance_officer'] }), level(20, { connections: [pager] })]);
    const id = await open();
    expect((await advance(id, 0)).tickets).toEqual([desk]);
    expect((await advance(id, 20)).tickets).toEqual([desk, pager].sort());
    expect(await calledIn(id)).toMatchObject([{ level: 1 }, { level: 2, connections: pager }]);
  });

  test('never tell a connection of an incident that was taken on before its level', async () => {
    const pager = await addConnectionRow(database, { connector: 'webhook', config: { sends: ['ticket'] } });
    await setLevels([level(0, { roles: ['compliance_officer'] }), level(20, { connections: [pager] })]);
    const id = await open();
    await advance(id, 0);
    await database.asOwner('update incident set acknowledged_at = $2, acknowledged_by = $3 where id = $1', [
      id,
      now,
      officer,
    ]);
    expect((await advance(id, 60)).tickets).not.toContain(pager);
    expect(await calledIn(id)).toHaveLength(1);
  });

  test('call the officers where a level reaches nobody any more', async () => {
    const gone = await addPerson('auditor');
    await setLevels([level(0, { people: [gone] })]);
    await database.asOwner("update app_user set status = 'left' where id = $1", [gone]);
    const id = await open();
    await advance(id, 0);
    expect(await calledIn(id)).toEqual([{ level: 1, roles: 'compliance_officer', instead: true }]);
    expect(await mailedTo(id, 'level-1')).toEqual([officer]);
  });
});

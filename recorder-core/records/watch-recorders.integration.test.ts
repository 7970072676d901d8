import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { freezeEvidence } from '../../activities/incidents/freeze-evidence.ts';
import { SILENT_AFTER_MS } from '../policy/recorder-loss.ts';
import { newId } from './ids.ts';
import { clearAlert, raiseAlert } from './recorder-alerts.ts';
import { upsertNode, type NodeState } from './recorder-nodes.ts';
import { watchRecorders } from './watch-recorders.ts';

let database: TestDatabase;
let bench: ActivityBench;
let node: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
beforeEach(() => {
  node = `node-${randomUUID().slice(0, 8)}`;
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const makeId = (at: Date): string => newId(at.getTime());
const watch = (watchedForMs = SILENT_AFTER_MS) =>
  watchRecorders(database.db, { tenantId: database.tenantId, now: new Date(), newId: makeId }, watchedForMs);
const beat = (lacks: 'disk' | 'keys' | null = null, state: NodeState = 'taking') =>
  database.db.forTenant(database.tenantId, (tx) =>
    upsertNode(tx, database.tenantId, {
      node,
      region: 'eu',
      version: '1',
      state,
      calls: 0,
      capacity: 1,
      lacks,
    }),
  );
const fallSilent = () =>
  database.asOwner("update recorder_node set heartbeat_at = now() - interval '10 minutes' where node = $1", [
    node,
  ]);
const raise = (kind: string, recordingId = makeId(new Date()), label = '1') =>
  database.db.forTenant(database.tenantId, (tx) =>
    raiseAlert(tx, database.tenantId, {
      id: makeId(new Date()),
      recordingId,
      node,
      kind,
      label,
      detail: 'What is seen.',
      raisedAt: new Date().toISOString(),
    }),
  );
const clear = (kind: string, recordingId: string) =>
  database.db.forTenant(database.tenantId, (tx) =>
    clearAlert(tx, { recordingId, kind, label: '1', at: new Date().toISOString() }),
  );
const incidents = () =>
  database.asOwner<{
    id: string;
    loss: string;
    kind: string;
    state: string;
    severity: string;
    occurrences: number;
  }>(
    `select id, split_part(natural_key, '/', 3) as loss, kind, state, severity, occurrences
       from incident where natural_key like $1 order by opened_at, id`,
    [`recorder/${node}/%`],
  );
const close = () =>
  database.asOwner(
    "update incident set state = 'closed', closed_at = now(), post_mortem_at = now() where natural_key like $1",
    [`recorder/${node}/%`],
  );

describe('alerts that mean loss', () => {
  test('are one incident for each recorder and kind, however many come', async () => {
    for (let n = 0; n < 5; n += 1) await raise('dead-stream');
    await watch();
    await raise('dead-stream');
    await raise('sustained-loss');
    await watch();
    expect(await incidents()).toMatchObject([
      { loss: 'dead-stream', kind: 'capture', severity: 'medium', state: 'open', occurrences: 2 },
      { loss: 'sustained-loss', occurrences: 1 },
    ]);
    await watch();
    expect(await incidents()).toMatchObject([{ occurrences: 2 }, { occurrences: 1 }]);
  });

  test('are told once by several who look at the same time', async () => {
    for (let n = 0; n < 5; n += 1) await raise('dead-stream');
    await Promise.all([watch(), watch(), watch()]);
    expect(await incidents()).toMatchObject([{ loss: 'dead-stream', state: 'open' }]);
    const rows = await database.asOwner('select distinct incident_id from recorder_alert where node = $1', [
      node,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('that mean no loss open none and are looked at once', async () => {
    await raise('silence');
    await raise('one-way-audio');
    await watch();
    expect(await incidents()).toEqual([]);
    expect(
      await database.asOwner('select from recorder_alert where node = $1 and settled_at is null', [node]),
    ).toEqual([]);
  });

  test('bring their recording into the incident once it is sealed, and it is frozen', async () => {
    const early = makeId(new Date());
    await raise('dead-stream', early);
    await watch();
    const [incident] = await incidents();
    const recordingsOf = () =>
      database.asOwner<{ id: string }>(
        'select recording_id as id from incident_recording where incident_id = $1',
        [incident!.id],
      );
    expect(await recordingsOf()).toEqual([]);
    const sealed = await bench.capture();
    await raise('dead-stream', sealed);
    await watch();
    expect(await recordingsOf()).toEqual([{ id: sealed }]);
    await freezeEvidence(bench.deps)({ tenantId: database.tenantId, incidentId: incident!.id });
    expect(
      await database.asOwner(
        `select h.kind from hold_item t join hold h on h.tenant_id = t.tenant_id and h.id = t.hold_id
          where t.recording_id = $1`,
        [sealed],
      ),
    ).toEqual([{ kind: 'incident' }]);
    expect(
      (await database.asOwner('select from recorder_alert where node = $1 and settled_at is null', [node]))
        .length,
    ).toBe(1); // the call that is not sealed yet is waited for
  });

  test('contain it when the last of them is cleared, and people close it; a later one opens the next', async () => {
    const [one, two] = [makeId(new Date()), makeId(new Date())];
    await raise('dead-stream', one);
    await raise('dead-stream', two);
    await watch();
    await clear('dead-stream', one);
    await watch();
    expect(await incidents()).toMatchObject([{ state: 'open' }]);
    await clear('dead-stream', two);
    await watch();
    await watch();
    const [incident] = await incidents();
    expect(incident).toMatchObject({ state: 'contained' });
    expect(
      await database.asOwner("select from incident_entry where incident_id = $1 and kind = 'cause-ended'", [
        incident!.id,
      ]),
    ).toHaveLength(1);
    await close();
    await raise('dead-stream');
    await watch();
    expect(await incidents()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
  });
});

describe('a recorder as a whole', () => {
  test('that is not heard any more opens one incident, which its return contains', async () => {
    await beat();
    await fallSilent();
    await watch(SILENT_AFTER_MS - 1);
    expect(await incidents()).toEqual([]); // whoever could not look for so long knows of no silence
    await watch();
    await watch();
    expect(await incidents()).toMatchObject([
      { loss: 'silent', kind: 'capture', severity: 'high', state: 'open', occurrences: 1 },
    ]);
    await beat();
    await watch();
    expect(await incidents()).toMatchObject([{ state: 'contained' }]);
  });

  test('that is gone for good is told once, also after somebody closed the incident', async () => {
    await beat();
    await fallSilent();
    await watch();
    await close();
    await watch();
    expect(await incidents()).toMatchObject([{ state: 'closed' }]);
  });

  test('that was stopped in good order is no incident', async () => {
    await beat(null, 'down');
    await fallSilent();
    await watch();
    expect(await incidents()).toEqual([]);
  });

  test('tells by its heartbeat that it has no disk, and that it has some again', async () => {
    await beat('disk');
    await watch();
    await watch();
    expect(await incidents()).toMatchObject([{ loss: 'no-disk', state: 'open', occurrences: 1 }]);
    await beat('keys');
    await watch();
    expect(await incidents()).toMatchObject([
      { loss: 'no-disk', state: 'contained' },
      { loss: 'no-keys', state: 'open' },
    ]);
  });
});

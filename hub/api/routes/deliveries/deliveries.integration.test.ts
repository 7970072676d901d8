import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { deliverDue } from '../../../../activities/deliveries/deliver-due.ts';
import type { SendBatch } from '../../../../activities/deliveries/send-batch.ts';
import { remoteError } from '../../../../connectors/kit/remote-error.ts';
import { replayDeadLetters } from '../../../../recorder-core/records/dead-letters.ts';
import { queueDeliveries, type NewDelivery } from '../../../../recorder-core/records/deliveries.ts';
import { forgetPeople } from '../../../../recorder-core/records/disposals.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import {
  asActivity,
  openActivityBench,
  type ActivityBench,
} from '../../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import {
  actedUpon,
  backfill,
  comparedVersions,
  deadLetterGroup,
  delivery,
  deliveryDetail,
  deliveryHealth,
  deliveryRun,
} from '../../schemas/delivery.ts';
import { page } from '../../schemas/primitives.ts';

let database: TestDatabase;
let bench: ActivityBench;
let hub: TestHub;
let engineer: TestPerson;
let officer: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  hub = await startTestHub(database);
  [engineer, officer] = [await hub.signIn('engineer'), await hub.signIn('compliance_officer')];
});
afterAll(async () => {
  await hub.close();
  await bench.close();
  await database.close();
});

const groups = z.object({ items: z.array(deadLetterGroup) });
const post = (path: string, body: object = {}, person = engineer) =>
  person.fetch(`/api/v1${path}`, { method: 'POST', body });
const act = <T extends z.ZodType>(schema: T, path: string, body: object = {}) =>
  engineer.read(schema, `/api/v1${path}`, { method: 'POST', body });
const work = (lane: 'live' | 'replay' | 'backfill', sendBatch: SendBatch = bench.deps.sendBatch) =>
  asActivity(() =>
    deliverDue({ ...bench.deps, sendBatch })({
      tenantId: database.tenantId,
      connectionId: bench.searchId,
      lane,
    }),
  );
/** Refuses records by what their id ends in, each for a reason of its own. */
const refusing: SendBatch = (batch) =>
  Promise.resolve({
    outcomes: batch.records.map(({ record }) => ({
      outcome: 'rejected' as const,
      recordId: record.id,
      error: remoteError('invalid_record', 'This field is refused.', {
        field: 'region',
        remote: { status: 400, code: 'BAD_REGION' },
      }),
    })),
    version: 1,
    traceId: 'trace-1',
  });
async function addDead(count: number): Promise<string[]> {
  const ids = await Promise.all(
    Array.from({ length: count }, () => addRecordingRow(database.db, database.tenantId)),
  );
  await database.asOwner("update recording set state = 'retained' where id = any ($1)", [ids]);
  await addQueued(ids);
  await work('live', refusing);
  return ids;
}

describe('dead letters', () => {
  test('are grouped by their cause, replayed as a group in their own lane, and then gone', async () => {
    const ids = await addDead(5);
    const { items } = await officer.read(groups, '/api/v1/dead-letters');
    expect(items).toMatchObject([
      {
        count: 5,
        errorClass: 'invalid_record',
        errorCode: 'BAD_REGION',
        errorField: 'region',
        errorFix: 'Correct the record or the mapping, then send it again.',
      },
    ]);
    const { connectionId, fingerprint, sampleId } = items[0]!;
    const shown = await engineer.read(deliveryDetail, `/api/v1/deliveries/${sampleId}`);
    expect(shown).toMatchObject({
      state: 'dead',
      error: { fix: items[0]?.errorFix },
      tries: [{ number: 1, traceId: 'trace-1' }],
    });
    await readProblem(post('/dead-letters/replay', { connectionId, fingerprint }, officer), 403);
    expect(await act(actedUpon, '/dead-letters/replay', { connectionId, fingerprint })).toEqual({ count: 5 });
    expect(await act(actedUpon, '/dead-letters/replay', { connectionId, fingerprint })).toEqual({ count: 0 });
    expect(await work('replay')).toMatchObject({ sent: 5 });
    const listed = await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${ids[0]}`);
    expect(listed.items).toMatchObject([{ state: 'done', lane: 'replay', attempts: 2, error: null }]);
    const runs = z.object({ items: z.array(deliveryRun) });
    const tries = await officer.read(runs, `/api/v1/delivery-runs?subjectId=${ids[0]}`);
    expect(tries.items).toMatchObject([
      { lane: 'replay', records: 5, done: 5 },
      { lane: 'live', records: 5, rejected: 5 },
    ]);
    expect((await officer.read(groups, '/api/v1/dead-letters')).items).toEqual([]);
  });

  test('are replayed so many at once, and asked again it goes on with the rest', async () => {
    await addDead(3);
    const { items } = await officer.read(groups, '/api/v1/dead-letters');
    const { connectionId, fingerprint } = items[0]!;
    const replayTwo = () =>
      database.db.forTenant(database.tenantId, (tx) =>
        replayDeadLetters(tx, { connectionId, fingerprint }, { now: new Date(), version: 'now', most: 2 }),
      );
    expect([await replayTwo(), await replayTwo(), await replayTwo()]).toEqual([
      new Map([[connectionId, 2]]),
      new Map([[connectionId, 1]]),
      new Map(),
    ]);
    await work('replay');
  });

  test('of which one is newer go as one; what waits already makes them superfluous', async () => {
    const [id = ''] = await addDead(1);
    await database.asOwner(
      `insert into delivery select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()))).* from delivery d
        where d.subject_id = $1`,
      [id],
    );
    const { items } = await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${id}&state=dead`);
    const both = { ids: items.map((one) => one.id) };
    expect(both.ids).toHaveLength(2);
    expect(await act(actedUpon, '/dead-letters/replay', both)).toEqual({ count: 1 });
    await work('replay', refusing);
    await addQueued([id]);
    const again = await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${id}&state=dead`);
    expect(await act(actedUpon, '/dead-letters/replay', { ids: again.items.map((one) => one.id) })).toEqual({
      count: 0,
    });
    await work('live');
  });

  test('are corrected in mapped fields only, with who and why in the ledger and no value of it', async () => {
    await database.asOwner('update connection_version set mappings = $1 where connection_id = $2', [
      {
        'upsert-recording': [
          {
            target: 'region',
            expr: 'record.region',
            type: 'text',
            onNull: 'skip',
            onError: 'skip',
            redact: false,
          },
        ],
      },
      bench.searchId,
    ]);
    const [id = ''] = await addDead(1);
    const [dead] = (await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${id}`)).items;
    const path = `/deliveries/${dead?.id}/correct`;
    const reason = 'The caller named another region.';
    const wrong = await readProblem(post(path, { fields: { colour: 'red' }, reason }), 400);
    expect(wrong.field).toBe('/body/fields/colour');
    const corrected = await act(delivery, path, { fields: { region: 'canary-value' }, reason });
    expect(corrected).toMatchObject({ state: 'queued', lane: 'replay', correctedFields: ['region'] });
    await readProblem(post(path, { fields: { region: 'x' }, reason }), 409);
    let seen: unknown;
    await work('replay', (batch) => {
      seen = batch.records[0]?.corrections;
      return refusing(batch);
    });
    expect(seen).toEqual({ region: 'canary-value' });
    await database.db.forTenant(database.tenantId, (tx) => forgetPeople(tx, id)); // as its disposal does
    const [forgotten] = await database.asOwner('select corrections, state from delivery where id = $1', [
      corrected.id,
    ]);
    expect(forgotten).toEqual({ corrections: null, state: 'dead' });
    const tooShort = { ids: [corrected.id], reason: ' No ' };
    expect(await readProblem(post('/dead-letters/discard', tooShort), 400)).toMatchObject({
      field: '/body/reason',
    });
    const discarded = { ids: [corrected.id], reason: 'They do not need it.' };
    expect(await act(actedUpon, '/dead-letters/discard', discarded)).toEqual({ count: 1 });
    const leaves = await database.asOwner<{ act: string; body: string }>(
      "select act, convert_from(body, 'UTF8') as body from ledger_pending where act like 'delivery.%' union all select act, convert_from(body, 'UTF8') from ledger_leaf where act like 'delivery.%'",
    );
    expect(leaves.map((leaf) => leaf.act)).toEqual(
      expect.arrayContaining(['delivery.corrected', 'delivery.replayed', 'delivery.discarded']),
    );
    for (const { body } of leaves) expect(body).not.toMatch(/canary-value|named another|do not need/);
    const [gone] = await database.asOwner('select corrections, state from delivery where id = $1', [
      corrected.id,
    ]);
    expect(gone).toEqual({ corrections: null, state: 'discarded' });
  });
});

test('what was sent together is one run, with what became of it, and leads to its deliveries', async () => {
  const ids = await addDead(2);
  const runs = z.object({ items: z.array(deliveryRun) });
  const { items } = await officer.read(runs, `/api/v1/delivery-runs?subjectId=${ids[1]}`);
  expect(items).toMatchObject([
    { connectionId: bench.searchId, records: 2, rejected: 2, done: 0, lane: 'live', traceId: 'trace-1' },
  ]);
  const { startedAt = '' } = items[0] ?? {};
  const listed = await engineer.read(page(delivery), `/api/v1/deliveries?attemptedAt=${startedAt}`);
  expect(listed.items.map(({ subject }) => subject.id).sort()).toEqual([...ids].sort());
  const earlier = await officer.read(runs, `/api/v1/delivery-runs?before=${startedAt}&failed=true`);
  expect(earlier.items.every((run) => run.startedAt < startedAt && run.done < run.records)).toBe(true);
  const none = await engineer.read(page(delivery), '/api/v1/deliveries?until=2020-01-01T00:00:00.000Z');
  expect(none.items).toEqual([]);
});

test('a dead letter is compared by the version of then and of now, and a group is corrected at once', async () => {
  await database.asOwner('delete from delivery');
  const ids = await addDead(2);
  const [dead] = (await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${ids[0]}`)).items;
  const compared = await engineer.read(comparedVersions, `/api/v1/deliveries/${dead?.id}/compare`, {
    method: 'POST',
    body: {},
  });
  expect(compared).toMatchObject({
    then: 1,
    now: 1,
    fields: [{ name: 'region', hidden: true, differs: false }],
  });
  await readProblem(post(`/deliveries/${dead?.id}/compare`, {}, officer), 403);
  await readProblem(post(`/deliveries/${randomUUID()}/compare`), 404);
  const group = { connectionId: bench.searchId, fingerprint: dead?.error?.fingerprint };
  const body = { ...group, fields: { region: 'eu' }, reason: 'They take this region only.' };
  await readProblem(post('/dead-letters/correct', { ...body, fields: { colour: 'red' } }), 400);
  expect(await act(actedUpon, '/dead-letters/correct', body)).toEqual({ count: 2 });
  expect(await act(actedUpon, '/dead-letters/correct', body)).toEqual({ count: 0 });
  const { items } = await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${ids[0]}`);
  expect(items).toMatchObject([{ state: 'queued', lane: 'replay', correctedFields: ['region'] }]);
  await work('replay');
});

describe('a back-fill', () => {
  test('queues its window page by page, can be paused, and ends; another one waits for it', async () => {
    await database.asOwner('delete from delivery');
    const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
    for (const hour of [1, 2, 3, 4])
      await addRecordingRow(database.db, database.tenantId, { startedAt: at(hour) });
    await database.asOwner("update recording set state = 'retained' where started_at < $1", [at(9)]);
    const path = `/connections/${bench.searchId}/backfills`;
    const refused = await readProblem(post(path, { from: at(4), before: at(2) }), 400);
    expect(refused.field).toBe('/body/before');
    const begun = await act(backfill, path, { from: at(2), before: at(4) });
    expect(begun).toMatchObject({ state: 'running', total: 2, queued: 0 });
    await readProblem(post(path, {}), 409);
    await act(backfill, `/backfills/${begun.id}/pause`);
    expect(await work('backfill')).toMatchObject({ sent: 0, more: false });
    await act(backfill, `/backfills/${begun.id}/resume`);
    const sizes: number[] = [];
    for (let more = true; more;)
      ({ more } = await work('backfill', (batch) => {
        sizes.push(batch.records.length);
        return bench.deps.sendBatch(batch);
      }));
    expect(sizes).toEqual([2]);
    expect(await engineer.read(backfill, `/api/v1/backfills/${begun.id}`)).toMatchObject({
      state: 'done',
      queued: 2,
      waiting: 0,
    });
    const next = await act(backfill, path, {});
    expect(await act(backfill, `/backfills/${next.id}/cancel`)).toMatchObject({ state: 'cancelled' });
    await readProblem(post(`/backfills/${next.id}/resume`), 409);
    await readProblem(post(`/backfills/${randomUUID()}/pause`), 404);
  });

  test('that is paused or cancelled keeps back neither what changes meanwhile nor what a person sends again', async () => {
    await database.asOwner('delete from delivery');
    const [changed = '', later = '', refused = '', left = ''] = await Promise.all(
      [1, 2, 3, 4].map((hour) =>
        addRecordingRow(database.db, database.tenantId, { startedAt: `2025-01-01T0${hour}:00:00.000Z` }),
      ),
    );
    await database.asOwner("update recording set state = 'retained' where started_at < '2025-02-01'");
    const { id } = await act(backfill, `/connections/${bench.searchId}/backfills`, {
      before: '2025-02-01T00:00:00.000Z',
    });
    expect(await work('backfill')).toMatchObject({ sent: 0, more: true }); // it queues its page
    await database.asOwner("update delivery set due_at = now() + interval '1 hour' where subject_id <> $1", [
      refused,
    ]);
    await work('backfill', async (batch) => {
      await act(backfill, `/backfills/${id}/pause`);
      return refusing(batch);
    });
    await addQueued([changed]);
    expect(await work('live')).toMatchObject({ sent: 1 });
    const [dead] = (await engineer.read(page(delivery), `/api/v1/deliveries?subjectId=${refused}`)).items;
    expect(await act(actedUpon, '/dead-letters/replay', { ids: [dead?.id] })).toEqual({ count: 1 });
    await addQueued([later]);
    expect(await act(backfill, `/backfills/${id}/cancel`)).toMatchObject({ state: 'cancelled', waiting: 0 });
    const states = await database.asOwner('select subject_id as id, lane, state from delivery');
    expect(states).toHaveLength(4);
    expect(states).toEqual(
      expect.arrayContaining([
        { id: changed, lane: 'live', state: 'done' },
        { id: later, lane: 'live', state: 'queued' },
        { id: refused, lane: 'replay', state: 'queued' },
        { id: left, lane: 'backfill', state: 'discarded' },
      ]),
    );
  });

  test('leaves a deletion that waits what it is', async () => {
    await database.asOwner('delete from delivery');
    const at = '2024-01-01T01:00:00.000Z';
    const id = await addRecordingRow(database.db, database.tenantId, { startedAt: at });
    await database.asOwner("update recording set state = 'retained' where id = $1", [id]);
    await addQueued([id], { withdraws: true, dueAt: new Date(Date.now() + 3_600_000) });
    const before = '2024-02-01T00:00:00.000Z';
    const begun = await act(backfill, `/connections/${bench.searchId}/backfills`, { before });
    expect(await work('backfill')).toMatchObject({ more: true });
    expect(await database.asOwner('select withdraws from delivery')).toEqual([{ withdraws: true }]);
    await act(backfill, `/backfills/${begun.id}/cancel`);
  });
});

test('every connection tells what waits, since when, and what failed within the hour', async () => {
  await database.asOwner('delete from delivery');
  await addQueued([await addRecordingRow(database.db, database.tenantId)]);
  const { items } = await officer.read(
    z.object({ items: z.array(deliveryHealth) }),
    '/api/v1/delivery-queues',
  );
  expect(items).toMatchObject([{ connectionId: bench.searchId, queued: 1, dead: 0 }]);
  expect(items[0]?.lagMs).toBeGreaterThanOrEqual(0);
});

test('a connection that fails as such says what to do about it', async () => {
  await database.asOwner('delete from delivery');
  await addQueued([await addRecordingRow(database.db, database.tenantId)]);
  await database.asOwner("update recording set state = 'retained'");
  const fix = 'Have the token renewed.';
  await work('live', ({ records }) =>
    Promise.resolve({
      outcomes: records.map(({ record }) => ({
        outcome: 'rejected' as const,
        recordId: record.id,
        error: remoteError('auth', 'The token is refused.', { scope: 'connection', fix }),
      })),
      version: 1,
      traceId: null,
    }),
  );
  const queues = z.object({ items: z.array(deliveryHealth) });
  expect((await officer.read(queues, '/api/v1/delivery-queues')).items).toMatchObject([
    { queued: 1, error: { class: 'auth', title: 'The token is refused.', fix } },
  ]);
  const [waiting] = (await engineer.read(page(delivery), '/api/v1/deliveries')).items;
  expect(waiting).toMatchObject({ state: 'queued', error: { fix } });
});

async function addQueued(
  ids: readonly string[],
  more: Pick<NewDelivery, 'withdraws' | 'dueAt'> = {},
): Promise<void> {
  await database.db.forTenant(database.tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId: database.tenantId, now: new Date(), newId: bench.deps.newId },
      ids.map((id) => ({
        connectionId: bench.searchId,
        operation: 'upsert-recording',
        subject: { type: 'recording', id },
        ...more,
      })),
    ),
  );
}

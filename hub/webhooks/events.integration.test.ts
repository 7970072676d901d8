import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { reopenEvent } from '../../recorder-core/records/inbound-events.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../test/support/webhook-connection.ts';
import { isOldNews, type EventType } from './event-type.ts';
import { EVENT_TYPES } from './event-types.ts';
import { processEvent } from './process-event.ts';

let database: TestDatabase;
let hub: TestHub;
let sender: TestSender;
/** What the handler of `thing.changed` was given, and what it does next. */
let handled: { readonly state: string; readonly old: boolean }[] = [];
let answer: () => void = () => undefined;

const thingChanged: EventType = {
  type: 'thing.changed',
  schema: z.strictObject({ id: z.string(), state: z.string() }),
  objectOf: (data) => (data as { id: string }).id,
  handle: async (context, event) => {
    answer();
    handled.push({ state: (event.data as { state: string }).state, old: isOldNews(context, event) });
  },
};

beforeAll(async () => {
  (EVENT_TYPES as EventType[]).push(thingChanged);
  database = await openTestDatabase();
  hub = await startTestHub(database);
  sender = await openTestSender(hub, ['thing.*', 'connection.tested']);
});
afterAll(async () => {
  (EVENT_TYPES as EventType[]).pop();
  await hub.close();
  await database.close();
});

const event = (state: string, more: object = {}) => ({
  type: 'thing.changed',
  data: { id: 'thing-1', state },
  ...more,
});
const keptId = async (response: Response | Promise<Response>) => {
  const answered = await response;
  expect(answered.status).toBe(202);
  return ((await answered.json()) as { id: string }).id;
};
const process = (eventId: string) =>
  processEvent(
    {
      db: database.db,
      packs: hub.services.packs,
      journal: () => Promise.resolve(hub.services.journal),
      newId: (at) => newId(at.getTime()),
      now: () => new Date(),
    },
    { tenantId: database.tenantId, eventId },
  );
const rowOf = async (id: string) =>
  (await database.asOwner('select state, reason, attempts, body from inbound_event where id = $1', [id]))[0];
const count = async (table: string) =>
  Number((await database.asOwner<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);

describe('an event', () => {
  test('is kept, announced, processed once, and forgets what it said', async () => {
    const id = await keptId(sender.send(event('new'), { id: 'msg_once' }));
    expect(await rowOf(id)).toMatchObject({ state: 'received' });
    const announced = "select payload->>'eventId' as id from outbox where topic = 'event.received'";
    expect(await database.asOwner(announced)).toEqual([{ id }]);
    expect(await (await sender.send(event('new'), { id: 'msg_once' })).json()).toEqual({
      id,
      duplicate: true,
    });
    expect(await count('outbox')).toBe(1);
    await Promise.all([process(id), process(id)]);
    await process(id);
    expect(handled).toEqual([{ state: 'new', old: false }]);
    expect(await rowOf(id)).toEqual({ state: 'done', reason: null, attempts: 0, body: null });
    expect(await (await sender.send(event('new'), { id: 'msg_once' })).json()).toEqual({
      id,
      duplicate: true,
    });
  });

  test('is known again by a hub that was started since, and under its id nothing else is taken there', async () => {
    const moving = { ...hub, url: hub.url };
    const moved = await openTestSender(moving, ['thing.*']);
    const again = { id: 'msg_moved', sentAt: new Date() };
    const id = await keptId(moved.send(event('new'), again));
    const started = await startTestHub(database, { keys: hub.services.keys });
    moving.url = started.url;
    expect(await (await moved.send(event('new'), again)).json()).toEqual({ id, duplicate: true });
    await readProblem(moved.send(event('other'), again), 409);
    await started.close();
  });

  test('tells its handler when it comes late', async () => {
    handled = [];
    for (const [state, sequence] of [
      ['third', 3],
      ['second', 2],
      ['fourth', 4],
    ] as const)
      await process(await keptId(sender.send(event(state, { sequence }))));
    expect(handled.map(({ state, old }) => [state, old])).toEqual([
      ['third', false],
      ['second', true],
      ['fourth', false],
    ]);
  });

  test('that the handler refuses is visible with its reason, and can be processed again', async () => {
    answer = () => {
      throw new HoldfastError('not_found', 'There is no such thing here.');
    };
    const id = await keptId(sender.send(event('lost')));
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: 'refused', reason: 'There is no such thing here.' });
    answer = () => undefined;
    await database.db.forTenant(database.tenantId, (tx) => reopenEvent(tx, id));
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: 'done' });
  });

  test('that fails is tried again, and in the end stands as failed', async () => {
    answer = () => {
      throw new Error('a fault of ours that quotes data');
    };
    const id = await keptId(sender.send(event('broken')));
    for (let tries = 1; tries < 10; tries += 1) await expect(process(id)).rejects.toThrow();
    expect(await rowOf(id)).toMatchObject({ state: 'received', attempts: 9 });
    await process(id);
    const failed = await rowOf(id);
    expect(failed).toMatchObject({ state: 'failed' });
    expect(JSON.stringify(failed)).not.toContain('quotes data');
    answer = () => undefined;
  });
});

describe('what is refused leaves nothing but leaves', () => {
  test.each([
    [
      'by a forged signature',
      401,
      'event/signature',
      () => sender.send(event('x'), { secret: 'whsec_bm90IHRoZSByaWdodCBrZXkgYXQgYWxs' }),
    ],
    [
      'when it is an hour old',
      401,
      'event/stale',
      () => sender.send(event('x'), { sentAt: new Date(Date.now() - 3_600_000) }),
    ],
    [
      'under an id that stands for another message',
      409,
      'event/id-reused',
      () => sender.send(event('other'), { id: 'msg_once' }),
    ],
    [
      'when nobody handles its type',
      415,
      'event/unknown-type',
      () => sender.send({ type: 'thing.exploded', data: {} }),
    ],
    [
      'when its data is not of its schema',
      400,
      'event/malformed',
      () => sender.send({ type: 'thing.changed', data: { id: 'a', state: 'b', more: 1 } }),
    ],
    ['when it is no JSON', 400, 'event/malformed', () => sender.send(event('x'), { body: '{"type":' })],
    [
      'without its headers',
      400,
      'event/headers',
      () => fetch(`${hub.url}${sender.path}`, { method: 'POST', body: '{}' }),
    ],
  ])('%s', async (_title, status, rule, send) => {
    const before = await count('inbound_event');
    await readProblem(send(), status);
    expect(await count('inbound_event')).toBe(before);
    const [leaf] = await database.asOwner<{ body: Buffer }>(
      "select body from ledger_pending where act = 'event.refused' order by id desc limit 1",
    );
    expect(JSON.parse(leaf!.body.toString())).toMatchObject({
      object: { id: sender.connectionId },
      rules: [rule],
    });
  });

  test('when it is too large or compressed, whoever signed it; what its sender calls it does not matter', async () => {
    const before = await count('inbound_event');
    await readProblem(sender.send(event('x'), { body: JSON.stringify(event('x')).padEnd(1_100_000) }), 413);
    await readProblem(sender.send(event('x'), { headers: { 'content-encoding': 'gzip' } }), 415);
    expect(await count('inbound_event')).toBe(before);
    await keptId(sender.send(event('x'), { headers: { 'content-type': 'text/plain' } }));
  });

  test('over a connection that is off, or that may not send this type, or of another tenant', async () => {
    const off = await openTestSender(hub, ['thing.*'], { state: 'paused' });
    expect(await readProblem(off.send(event('x')), 403)).toMatchObject({ code: 'forbidden' });
    const narrow = await openTestSender(hub, ['connection.tested', 'thing.opened']);
    expect(await readProblem(narrow.send(event('x')), 403)).toMatchObject({ field: '/type' });
    const foreign = sender.path.replace(database.tenantId, await database.addTenant());
    await readProblem(fetch(`${hub.url}${foreign}`, { method: 'POST', body: '{}' }), 404);
    await readProblem(fetch(`${hub.url}/events/x/y`, { method: 'POST', body: '{}' }), 404);
  });

  test('and a flood of forgeries leaves a bounded number of them', async () => {
    const flooded = await openTestSender(hub, ['thing.*']);
    for (let n = 0; n < 30; n += 1) await flooded.send(event('x'), { secret: sender.secret });
    const leaves = await database.asOwner('select 1 from ledger_pending where object_id = $1', [
      flooded.connectionId,
    ]);
    expect(leaves).toHaveLength(20);
  });
});

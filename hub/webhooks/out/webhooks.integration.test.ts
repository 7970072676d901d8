import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HTTP, type CloudEvent } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import type pg from 'pg';
import { z } from 'zod';
import { sendWebhooks } from '../../../activities/webhooks/send-webhooks.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { LeafInput } from '../../../recorder-core/ledger/leaf.ts';
import { openPool } from '../../../recorder-core/records/database.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { sequenceTenant } from '../../../recorder-core/records/sequence-leaves.ts';
import { forgetMessages } from '../../../recorder-core/records/webhook-log.ts';
import {
  listAwakeEndpoints,
  queueMessages,
  requeueUnsent,
} from '../../../recorder-core/records/webhook-messages.ts';
import {
  accept,
  startEventReceiver,
  type EventReceiver,
  type ReceivedMessage,
} from '../../../test/support/event-receiver.ts';
import { asActivity } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../../test/support/test-hub.ts';
import { isSignedBy } from '../../../test/support/verify-webhook.ts';
import { testWebhooks } from '../../../test/support/webhook-posting.ts';
import {
  endpointSecret,
  messagePage,
  recovered,
  webhookEndpoint,
  webhookEventType,
  webhookMessageDetail,
} from '../../api/schemas/webhook.ts';
import { dataSchemaOf } from './define-event.ts';
import { eventTypeOf } from './event-catalogue.ts';
import { tellEndpoint } from './tell-endpoint.ts';

let database: TestDatabase;
let hub: TestHub;
let receiver: EventReceiver;
let admin: TestPerson;
let dispatcher: pg.Pool;
let posting: ReturnType<typeof testWebhooks>;
let ahead = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  receiver = await startEventReceiver();
  admin = await hub.signIn('engineer');
  dispatcher = openPool(database.dispatcherUrl, 2);
  posting = testWebhooks(hub.services.keys, { timeoutMs: 300, now });
});
afterAll(async () => {
  posting.close();
  await dispatcher.end();
  await receiver.close();
  await hub.close();
  await database.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = accept;
  ahead = 0;
});

const now = () => new Date(Date.now() + ahead);
let names = 0;
const add = (more: object = {}) =>
  admin.read(endpointSecret, '/api/v1/webhooks', {
    method: 'POST',
    body: {
      name: `Endpoint ${(names += 1)}`,
      url: receiver.url,
      types: ['hold.*', 'incident.opened'],
      ...more,
    },
  });
const act = (id: string, path: string, body: object = {}) =>
  admin.fetch(`/api/v1/webhooks/${id}/${path}`, { method: 'POST', body });
const read = (id: string) => admin.read(webhookEndpoint, `/api/v1/webhooks/${id}`);
const log = async (id: string) =>
  (await admin.read(messagePage, `/api/v1/webhooks/${id}/messages?limit=200`)).items;

async function happen(leaf: Partial<Omit<LeafInput, 'tenant'>> = {}, personal = {}): Promise<void> {
  await database.db.forTenant(database.tenantId, (tx) =>
    appendLeaf(
      tx,
      database.tenantId,
      {
        at: new Date(),
        act: 'hold.placed',
        object: { type: 'recording', id: newId(Date.now()) },
        outcome: 'done',
        facts: { holdId: newId(Date.now()) },
        ...leaf,
      },
      personal,
    ),
  );
}

/** What herald and workflow do, once. */
async function run(endpointId: string, signal?: AbortSignal): Promise<string | null> {
  await sequenceTenant(database.db, database.tenantId);
  const ref = { tenantId: database.tenantId, endpointId };
  await tellEndpoint(database.db, ref, now());
  const send = sendWebhooks({
    db: database.db,
    newId: (at) => newId(at.getTime()),
    now,
    webhooks: posting,
  });
  return (await asActivity(() => send(ref), {}, signal)).nextAt;
}

/** Runs when the product says, as time goes by, until something is so. */
async function runTo(endpointId: string, done: () => boolean): Promise<void> {
  while (!done()) {
    const nextAt = await run(endpointId);
    if (nextAt !== null) ahead = Math.max(ahead, Date.parse(nextAt) - Date.now() + 1_000);
  }
}

const eventOf = (message: ReceivedMessage) =>
  HTTP.toEvent({ headers: message.headers, body: message.body }) as CloudEvent<Record<string, unknown>>;

describe('an endpoint', () => {
  test('is told once of what it chose, from when it was made, as a signed CloudEvent that names nobody', async () => {
    await happen();
    const made = await add();
    const holdId = newId(Date.now());
    await happen(
      { facts: { holdId, kind: 'Erika Mustermann', recordings: 2 } },
      { actor: 'Erika Mustermann', reason: 'a secret reason' },
    );
    await happen({ act: 'recording.played' });
    await run(made.id);
    await run(made.id);
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received as [ReceivedMessage];
    expect(isSignedBy(made.publicKeys[0]!.key, message)).toBe(true);
    expect(isSignedBy(made.publicKeys[0]!.key, { ...message, body: `${message.body} ` })).toBe(false);
    const event = eventOf(message);
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({
      id: message.headers['webhook-id'],
      type: 'hold.placed',
      source: `/holdfast/${database.tenantId}`,
    });
    const data = dataSchemaOf(eventTypeOf('hold.placed')!).parse(event.data);
    expect(data.facts).toEqual({ holdId, recordings: 2 });
    expect(message.body).not.toMatch(/Mustermann|secret/);
    const [sent] = await log(made.id);
    expect(sent).toMatchObject({ state: 'sent', attempts: 1, eventId: event.id });
    expect(await read(made.id)).toMatchObject({ messages: { waiting: 0, failed: 0, sentLastDay: 1 } });
    const detail = await admin.read(
      webhookMessageDetail,
      `/api/v1/webhooks/${made.id}/messages/${sent!.ledgerIndex}`,
    );
    expect(detail).toMatchObject({
      event: JSON.parse(message.body),
      tries: [{ outcome: 'taken', status: 204 }],
    });
  });

  test('with a shared secret is believed by the reference library, also while the secret is changed', async () => {
    const made = await add({ signing: 'hmac' });
    expect(made).toMatchObject({ publicKeys: [], secret: expect.stringMatching(/^whsec_/) });
    const rotated = endpointSecret.parse(await (await act(made.id, 'rotate')).json());
    await happen();
    await run(made.id);
    const [{ headers, body }] = receiver.received as [ReceivedMessage];
    for (const secret of [made.secret, rotated.secret])
      expect(new Webhook(secret!).verify(body, headers)).toBeDefined();
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  });

  test('that signs by a key shows both while it changes, and the older one until when', async () => {
    const made = await add();
    const rotated = endpointSecret.parse(await (await act(made.id, 'rotate')).json());
    expect(rotated.publicKeys.map(({ until }) => until)).toEqual([null, rotated.olderUntil]);
    await act(made.id, 'test');
    await run(made.id);
    const [message] = receiver.received as [ReceivedMessage];
    expect(rotated.publicKeys.map(({ key }) => isSignedBy(key, message))).toEqual([true, true]);
    expect(eventOf(message)).toMatchObject({ type: 'endpoint.tested', subject: `endpoint/${made.id}` });
  });

  test('hears of its own tests only, and of nothing while it is disabled, but of all afterwards', async () => {
    const [one, other] = [await add(), await add({ types: ['*'] })];
    await run(other.id);
    receiver.received.length = 0;
    await act(one.id, 'test');
    await act(one.id, 'disable');
    await happen();
    await run(one.id);
    await run(other.id);
    const told = receiver.received.map((message) => eventOf(message).type);
    expect(told).toContain('endpoint.changed');
    expect(told).not.toContain('endpoint.tested');
    receiver.received.length = 0;
    await readProblem(act(one.id, 'test'), 409);
    await act(one.id, 'enable');
    await run(one.id);
    expect(receiver.received.map((message) => eventOf(message).type).sort()).toEqual([
      'endpoint.tested',
      'hold.placed',
    ]);
    await act(one.id, 'disable');
    await happen();
    await act(one.id, 'enable', { missed: 'skip' });
    expect(await run(one.id)).toBeNull();
  });
});

describe('what is not taken', () => {
  test.each([
    [
      '500s',
      'refused',
      500,
      (response: Answer) => response.writeHead(500).end('Call +49 30 1234567, a@b.example'),
    ],
    [
      'redirects',
      'redirected',
      302,
      (response: Answer) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['is slow', 'slow', null, () => undefined],
    ['cuts the line', 'unreachable', null, (response: Answer) => response.socket?.destroy()],
  ] as const)(
    'by an endpoint that %s is sent again under its id',
    async (_title, outcome, status, answer) => {
      const made = await add();
      await happen();
      receiver.answer = (_message, response) => void answer(response);
      const nextAt = await run(made.id);
      expect(Date.parse(nextAt!) - Date.now()).toBeGreaterThan(3_000);
      const [waiting] = await log(made.id);
      expect(waiting).toMatchObject({ state: 'waiting', attempts: 1 });
      const path = `/api/v1/webhooks/${made.id}/messages/${waiting!.ledgerIndex}`;
      const { tries } = await admin.read(webhookMessageDetail, path);
      expect(tries).toMatchObject([{ outcome, status }]);
      expect(JSON.stringify(tries)).not.toMatch(/1234567|b\.example/);
      receiver.answer = accept;
      ahead = 6_000;
      await run(made.id);
      const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
      expect([receiver.received.length, ids.size]).toEqual([2, 1]);
      expect(await log(made.id)).toMatchObject([{ state: 'sent', attempts: 2 }]);
    },
  );

  test('waits as long as the other side asks, and so does the endpoint', async () => {
    const made = await add();
    await happen();
    receiver.answer = (_message, response) => void response.writeHead(429, { 'retry-after': '600' }).end();
    const nextAt = await run(made.id);
    expect(Date.parse(nextAt!) - Date.now()).toBeGreaterThan(590_000);
    await happen();
    await run(made.id);
    expect(receiver.received).toHaveLength(1);
  });

  test('ten times over three days has failed, and everything since a time can be sent again', async () => {
    const made = await add();
    const since = new Date().toISOString();
    await happen();
    receiver.answer = (_message, response) => void response.writeHead(500).end();
    await runTo(made.id, () => receiver.received.length >= 10);
    expect(ahead).toBeGreaterThan(70 * 3_600_000);
    expect(await log(made.id)).toMatchObject([{ state: 'failed', attempts: 10, dueAt: null }]);
    receiver.answer = accept;
    receiver.received.length = 0;
    await database.asOwner('update webhook_endpoint set paused_until = null where id = $1', [made.id]);
    await admin.read(webhookEndpoint, `/api/v1/webhooks/${made.id}`, {
      method: 'POST',
      body: { types: ['*'] },
    });
    const missing = recovered.parse(await (await act(made.id, 'recover', { since, missing: true })).json());
    expect(missing.again).toBe(1);
    await run(made.id);
    const [failed] = (await log(made.id)).filter(({ type }) => type === 'hold.placed');
    expect(failed).toMatchObject({ state: 'sent' });
    await act(made.id, `messages/${failed!.ledgerIndex}/resend`);
    await run(made.id);
    const again = receiver.received.filter(({ headers }) => headers['webhook-id'] === failed!.eventId);
    expect(again).toHaveLength(2);
  });

  test('what is sent again is bounded, and whoever asks again goes on', async () => {
    const made = await add();
    const since = new Date();
    for (let n = 0; n < 3; n += 1) await happen();
    await sequenceTenant(database.db, database.tenantId);
    await tellEndpoint(database.db, { tenantId: database.tenantId, endpointId: made.id }, now());
    await database.asOwner(
      "update webhook_message set state = 'failed', due_at = null, settled_at = now() where endpoint_id = $1",
      [made.id],
    );
    const again = (most: number) =>
      database.db.forTenant(database.tenantId, (tx) => requeueUnsent(tx, made.id, since, new Date(), most));
    expect([await again(2), await again(2), await again(2)]).toEqual([2, 1, 0]);
    await database.asOwner('delete from webhook_message where endpoint_id = $1', [made.id]);
    const { tenantId } = database;
    const source = { type: 'hold.placed', act: 'hold.placed' };
    const telling = { tenantId, endpointId: made.id, sources: [source], from: 0, to: 1e6, now: since, since };
    const missing = (most: number) =>
      database.db.forTenant(tenantId, (tx) => queueMessages(tx, { ...telling, most }));
    expect([await missing(2), await missing(2), await missing(2)]).toEqual([2, 1, 0]);
  });

  test('by an endpoint that takes nothing costs one message at a time, and ends after five days with an incident', async () => {
    const made = await add();
    for (let n = 0; n < 30; n += 1) await happen();
    receiver.answer = (_message, response) => void response.writeHead(503).end();
    const nextAt = await run(made.id);
    const tried = receiver.received.length;
    expect(tried).toBeLessThan(30);
    expect((await read(made.id)).pausedUntil).toBe(nextAt);
    ahead = Date.parse(nextAt!) - Date.now() + 1_000;
    await run(made.id);
    expect(receiver.received).toHaveLength(tried + 1);
    ahead = 121 * 3_600_000;
    await run(made.id);
    expect(await read(made.id)).toMatchObject({ state: 'disabled', stateReason: 'failing' });
    const incident = 'select title from incident where natural_key = $1';
    expect(await database.asOwner(incident, [`endpoint/${made.id}`])).toHaveLength(1);
    expect(await run(made.id)).toBeNull();
  });

  test('by an endpoint that is gone disables it at once', async () => {
    const made = await add();
    await happen();
    receiver.answer = (_message, response) => void response.writeHead(410).end();
    await run(made.id);
    expect(await read(made.id)).toMatchObject({ state: 'disabled', stateReason: 'gone' });
    await act(made.id, 'enable');
    expect((await read(made.id)).state).toBe('enabled');
    const incident = 'select state from incident where natural_key = $1';
    expect(await database.asOwner(incident, [`endpoint/${made.id}`])).toEqual([{ state: 'contained' }]);
  });

  test('because its keys cannot be opened waits, without an attempt', async () => {
    const made = await add();
    await happen();
    const open = posting;
    posting = { ...open, open: () => Promise.reject(new HoldfastError('integrity_failed', 'Damaged.')) };
    await expect(run(made.id)).rejects.toThrow('Damaged.');
    posting = open;
    expect(await log(made.id)).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    expect(await run(made.id)).toBe((await read(made.id)).pausedUntil);
    ahead = 61_000;
    await run(made.id);
    expect(await log(made.id)).toMatchObject([{ state: 'sent' }]);
  });

  test('by a worker that is killed between sending and noting is sent again under its id', async () => {
    const made = await add();
    await happen();
    const killed = new AbortController();
    receiver.answer = () => killed.abort();
    await expect(run(made.id, killed.signal)).rejects.toThrow();
    receiver.answer = accept;
    await run(made.id);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(await log(made.id)).toMatchObject([{ state: 'sent', attempts: 1 }]);
  });
});

describe('the herald', () => {
  test('sees which endpoints are behind or due, and nothing else', async () => {
    const made = await add();
    const awake = async () =>
      (await listAwakeEndpoints(dispatcher)).filter(({ endpointId }) => endpointId === made.id);
    await happen();
    await sequenceTenant(database.db, database.tenantId);
    expect(await awake()).toMatchObject([{ behind: true, due: false }]);
    await tellEndpoint(database.db, { tenantId: database.tenantId, endpointId: made.id }, now());
    expect(await awake()).toMatchObject([{ behind: false, due: true }]);
    await run(made.id);
    expect(await awake()).toEqual([]);
    await expect(dispatcher.query('select url from webhook_endpoint')).rejects.toThrow(/permission/);
  });

  test('forgets what was settled long ago, with its attempts', async () => {
    const later = new Date(Date.now() + 31 * 24 * 3_600_000);
    await database.db.forTenant(database.tenantId, (tx) => forgetMessages(tx, later, 10_000));
    const left =
      "select 1 from webhook_attempt a join webhook_message m using (tenant_id, endpoint_id, leaf_index) where m.state <> 'waiting'";
    expect(await database.asOwner(left)).toEqual([]);
  });
});

test('an address inside the network is refused at the time of sending, where the operator does not allow it', async () => {
  const made = await add();
  await happen();
  const open = posting;
  posting = testWebhooks(hub.services.keys, { allowPrivateNetwork: false, now });
  await run(made.id);
  posting.close();
  posting = open;
  expect(receiver.received).toHaveLength(0);
  const [message] = await log(made.id);
  const path = `/api/v1/webhooks/${made.id}/messages/${message!.ledgerIndex}`;
  expect((await admin.read(webhookMessageDetail, path)).tries).toMatchObject([{ outcome: 'forbidden' }]);
});

test('nothing that signs is ever shown or entered', async () => {
  const listed = z.object({ items: z.array(webhookEventType) });
  expect((await admin.read(listed, '/api/v1/webhook-event-types')).items.length).toBeGreaterThan(50);
  const rows = await database.asOwner<{ text: string }>(
    "select convert_from(body, 'UTF8') as text from ledger_leaf where act = 'configuration.changed'",
  );
  expect(JSON.stringify(rows)).not.toMatch(/whsk_|whsec_|127\.0\.0\.1/);
});

type Answer = Parameters<EventReceiver['answer']>[1];

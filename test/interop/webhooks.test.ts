/**
 * No event is lost, and none is sent under two ids, although the worker is killed again and again while it sends: the whole
 * product, a real receiver, SIGKILL. Every message is verified by Node alone.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { appendLeaves } from '../../recorder-core/records/ledger-log.ts';
import { startEventReceiver, type EventReceiver } from '../support/event-receiver.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { isSignedBy } from '../support/verify-webhook.ts';

const EVENTS = 10_000;
const KILLS = 3;

let product: RunningProduct;
let receiver: EventReceiver;
let db: Database;
let tenantId: string;

beforeAll(async () => {
  product = await startRunningProduct({ args: ['--egress-private-network', 'true'] });
  receiver = await startEventReceiver();
  const settings = JSON.parse(await readFile(join(product.data, 'running.json'), 'utf8')) as Record<
    string,
    string
  >;
  db = openDatabase(settings['HOLDFAST_POSTGRES_URL'] ?? '');
  tenantId = settings['HOLDFAST_TENANT_ID'] ?? '';
}, 300_000);
afterAll(async () => {
  await db.close();
  await receiver.close();
  await product.stop();
  await product.remove();
}, 120_000);

const ids = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));

test(`${EVENTS} events reach an endpoint, each under one id, through ${KILLS} kills of the worker`, async () => {
  const added = await product.command('webhook', 'add', 'Receiver', receiver.url, '--types', 'hold.reached');
  expect(added).toMatchObject({ code: 0 });
  const publicKey = /whpk_\S+/.exec(added.output)?.[0] ?? '';
  for (let n = 0; n < EVENTS; n += 500)
    await db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, Array.from({ length: 500 }, reached)));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await until(() => ids().size >= (EVENTS * kill) / (KILLS + 2), 120_000, 'events to be sent');
    process.kill(await product.pidOf('worker'), 'SIGKILL');
  }
  await until(() => ids().size >= EVENTS, 300_000, 'every event to be sent');
  expect(ids().size).toBe(EVENTS);
  expect(receiver.received.length - EVENTS).toBeLessThanOrEqual(KILLS * 200);
  expect(receiver.received.every((message) => isSignedBy(publicKey, message))).toBe(true);
  const waiting = "select from webhook_message where state <> 'sent'";
  await until(async () => (await product.sql(waiting)).length === 0, 60_000, 'every message to be settled');
}, 600_000);

function reached() {
  return {
    leaf: {
      at: new Date(),
      act: 'hold.reached' as const,
      object: { type: 'recording', id: randomUUID() },
      outcome: 'done',
      facts: { holdId: randomUUID(), matterId: randomUUID() },
    },
  };
}

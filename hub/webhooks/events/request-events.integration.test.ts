import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../../recorder-core/records/ids.ts';
import {
  findRequestOf,
  moveRequest,
  readIdentifiers,
} from '../../../recorder-core/records/subject-requests.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../../test/support/webhook-connection.ts';
import { requestDetail } from '../../api/schemas/request.ts';
import { processEvent } from '../process-event.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
let hub: TestHub;
let sender: TestSender;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  sender = await openTestSender(hub, ['request.*']);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const told = (requestId: string) => inTenant((tx) => findRequestOf(tx, sender.connectionId, requestId));
const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 9, minute));
const petra = (requestId: string) => ({
  requestId,
  kind: 'access',
  person: 'Petra Person',
  places: ['DE'],
  identifiers: [{ kind: 'number', value: '+49 30 1234567', validFrom: '2025-03-01T00:00:00Z' }],
});

/** Sends an event and has it processed twice, as an outbox may; answers how it ended. */
async function tell(type: string, data: object, occurredAt: Date): Promise<string> {
  const response = await sender.send({ type, data, timestamp: occurredAt.toISOString() });
  if (response.status !== 202) return String(response.status);
  const { id } = (await response.json()) as { id: string };
  const { packs, journal } = hub.services;
  const deps = {
    db: database.db,
    packs,
    journal: () => Promise.resolve(journal),
    newId: (when: Date) => newId(when.getTime()),
    now: () => new Date(),
  };
  await processEvent(deps, { tenantId: database.tenantId, eventId: id });
  await processEvent(deps, { tenantId: database.tenantId, eventId: id });
  const [row] = await database.asOwner<{ state: string }>('select state from inbound_event where id = $1', [
    id,
  ]);
  return row!.state;
}

describe('a request that a connected system tells of', () => {
  test('is opened once, its clocks run from when it arrived there, and officers see who told it', async () => {
    expect(await tell('request.opened', petra('DSR-1'), at(0))).toBe('done');
    expect(await tell('request.opened', petra('DSR-1'), at(1))).toBe('done');
    const found = (await told('DSR-1'))!;
    expect(found).toMatchObject({ state: 'identifying', source: 'event', receivedAt: at(0).toISOString() });
    expect(found.dueAt).not.toBeNull();
    expect(await inTenant((tx) => readIdentifiers(tx, found.id))).toMatchObject([
      { kind: 'number', value: '+49 30 1234567', validFrom: '2025-03-01T00:00:00.000Z' },
    ]);
    const officer = await hub.signIn('compliance_officer');
    const detail = await officer.read(requestDetail, `/api/v1/requests/${found.id}`);
    expect(detail).toMatchObject({ source: 'event', externalId: 'DSR-1' });
    expect(detail.history).toMatchObject([
      { act: 'request.received', actor: `Sender ${sender.connectionId}`, words: null },
    ]);
  });

  test('is taken back by it, but not once it is being carried out', async () => {
    expect(await tell('request.opened', petra('DSR-2'), at(10))).toBe('done');
    expect(await tell('request.withdrawn', { requestId: 'DSR-2' }, at(11))).toBe('done');
    expect(await told('DSR-2')).toMatchObject({ state: 'withdrawn' });
    expect(await tell('request.withdrawn', { requestId: 'DSR-2' }, at(12))).toBe('done');

    expect(await tell('request.opened', petra('DSR-3'), at(20))).toBe('done');
    await inTenant(async (tx) => {
      let request = (await findRequestOf(tx, sender.connectionId, 'DSR-3'))!;
      for (const event of ['verify', 'discover', 'submit', 'approve'] as const)
        request = { ...request, state: (await moveRequest(tx, request, event))! };
    });
    expect(await tell('request.withdrawn', { requestId: 'DSR-3' }, at(21))).toBe('refused');
    expect(await told('DSR-3')).toMatchObject({ state: 'fulfilling' });
  });

  test('stays away where it was taken back before its opening was heard of, or never was', async () => {
    expect(await tell('request.withdrawn', { requestId: 'DSR-4' }, at(31))).toBe('done');
    expect(await tell('request.opened', petra('DSR-4'), at(30))).toBe('done');
    expect(await told('DSR-4')).toBeUndefined();
    expect(await tell('request.withdrawn', { requestId: 'never' }, at(32))).toBe('done');
  });

  test('that is dated into the future has arrived when it came, and what follows is news', async () => {
    const ahead = new Date(Date.now() + 5 * 365 * 86_400_000);
    expect(await tell('request.opened', petra('DSR-6'), ahead)).toBe('done');
    expect(Date.parse((await told('DSR-6'))!.receivedAt)).toBeLessThanOrEqual(Date.now());
    expect(await tell('request.withdrawn', { requestId: 'DSR-6' }, new Date())).toBe('done');
    expect(await told('DSR-6')).toMatchObject({ state: 'withdrawn' });
  });

  test('is refused where it is not of its form', async () => {
    expect(await tell('request.opened', { ...petra('DSR-5'), kind: 'other' }, at(40))).toBe('400');
    expect(await tell('request.opened', { ...petra('DSR-5'), identifiers: [] }, at(41))).toBe('400');
    expect(await tell('request.opened', { ...petra('DSR-5'), verified: true }, at(42))).toBe('400');
  });
});

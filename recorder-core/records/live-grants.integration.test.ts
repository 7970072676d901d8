import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { makeHoldQuery } from '../policy/hold-query.ts';
import { insertGrant, listGrants, lockGrant, moveGrant, readGrant, type NewGrant } from './access-grants.ts';
import type { Tx } from './database.ts';
import { listReachingGrants, nextGrantEnd, noteGrantUse, readLiveGrants } from './live-grants.ts';
import { insertUser } from './users.ts';

const NOW = new Date('2026-11-27T12:00:00.000Z');
const HOUR_MS = 3_600_000;
let database: TestDatabase;
let asker: string;
let decider: string;

beforeAll(async () => {
  database = await openTestDatabase();
  [asker, decider] = [await addUser(), await addUser()];
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
async function addUser(): Promise<string> {
  const id = randomUUID();
  await inTenant((tx) => insertUser(tx, database.tenantId, { id, name: `Person ${id}`, role: 'none' }));
  return id;
}

async function give(change: Partial<NewGrant> = {}): Promise<string> {
  const grant: NewGrant = {
    id: randomUUID(),
    kind: 'request',
    to: { user: asker },
    acts: ['recording.read', 'recording.play'],
    purpose: 'complaint',
    scope: { kind: 'recordings', ids: [randomUUID()] },
    fromMs: NOW.getTime(),
    untilMs: NOW.getTime() + HOUR_MS,
    reason: 'A customer complains.',
    ticket: null,
    incidentId: null,
    state: 'requested',
    requestedBy: asker,
    requestedAt: NOW.toISOString(),
    ...change,
  };
  await inTenant(async (tx) => {
    expect(await insertGrant(tx, database.tenantId, grant)).toBe(true);
    const found = await lockGrant(tx, grant.id);
    await moveGrant(tx, found!, 'approve', { at: NOW.toISOString(), by: decider, reason: null });
  });
  return grant.id;
}
const live = async (userId: string, groups: string[] = [], now = NOW) =>
  (await inTenant((tx) => readLiveGrants(tx, userId, groups, now))).map(({ id }) => id);

describe('the grants that somebody has', () => {
  test('are those given to them or their group, from their first millisecond until before their last', async () => {
    const user = await addUser();
    const own = await give({ to: { user } });
    const group = await give({ to: { group: 'Board' }, untilMs: NOW.getTime() + 2 * HOUR_MS });
    expect(await live(user)).toEqual([`grant/${own}`]);
    expect(await live(user, ['Board', 'Sales'])).toEqual([`grant/${own}`, `grant/${group}`]);
    expect(await live(user, [], new Date(NOW.getTime() - 1))).toEqual([]);
    expect(await live(user, [], new Date(NOW.getTime() + HOUR_MS - 1))).toEqual([`grant/${own}`]);
    expect(await live(user, [], new Date(NOW.getTime() + HOUR_MS))).toEqual([]);
    expect(await inTenant((tx) => nextGrantEnd(tx, user, ['Board'], NOW))).toBe(NOW.getTime() + HOUR_MS);
    expect(await inTenant((tx) => nextGrantEnd(tx, user, [], new Date(NOW.getTime() + HOUR_MS)))).toBeNull();
  });

  test('are none that wait, or that were revoked, and what was agreed to stays as it is', async () => {
    const user = await addUser();
    const id = await give({ to: { user } });
    await inTenant(async (tx) => {
      const found = await lockGrant(tx, id);
      await moveGrant(tx, found!, 'revoke', { at: NOW.toISOString(), by: decider, reason: 'No need.' });
    });
    expect(await live(user)).toEqual([]);
    expect(await inTenant((tx) => readGrant(tx, id))).toMatchObject({
      state: 'revoked',
      decidedBy: { id: decider },
      endReason: 'No need.',
    });
    await expect(
      inTenant((tx) => tx.query("update access_grant set until_at = now() + interval '1 year'")),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('to an own request or to oneself cannot even be written', async () => {
    await expect(give({ requestedBy: decider })).rejects.toMatchObject({ code: '23514' });
    await expect(give({ to: { user: decider } })).rejects.toMatchObject({ code: '23514' });
  });

  test('of another tenant are not there', async () => {
    const user = await addUser();
    await give({ to: { user } });
    const other = await database.addTenant();
    expect(await database.db.forTenant(other, (tx) => readLiveGrants(tx, user, [], NOW))).toEqual([]);
  });

  test('reach by a query what a hold of the same query would reach', async () => {
    const user = await addUser();
    const query = makeHoldQuery({ regions: ['us-east'], callIds: ['call-7'] });
    const id = await give({ to: { user }, scope: { kind: 'query', query } });
    const add = (change: object) => addRecordingRow(database.db, database.tenantId, change);
    const reached = await add({ region: 'us-east', callId: 'call-7' });
    const missed = await add({ region: 'us-east', callId: 'call-8' });
    const ask = (recording: string, now = NOW) =>
      inTenant((tx) => listReachingGrants(tx, recording, user, [], now));
    expect(await ask(reached)).toEqual([id]);
    expect(await ask(missed)).toEqual([]);
    expect(await ask(reached, new Date(NOW.getTime() + HOUR_MS))).toEqual([]);
    expect(await inTenant((tx) => readGrant(tx, id))).toMatchObject({ scope: { kind: 'query', query } });
  });

  test('count what they allowed', async () => {
    const user = await addUser();
    const id = await give({ to: { user } });
    await inTenant((tx) => noteGrantUse(tx, [`grant/${id}`, 'access/auditor/recording.read'], NOW));
    await inTenant((tx) => noteGrantUse(tx, [`grant/${id}`], new Date(NOW.getTime() - 1)));
    const filter = { of: { userId: user, groups: [] }, open: true, now: NOW.toISOString() };
    expect(await inTenant((tx) => listGrants(tx, filter))).toMatchObject([
      { id, uses: 2, usedAt: NOW.toISOString() },
    ]);
  });
});

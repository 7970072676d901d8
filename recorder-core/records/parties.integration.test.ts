import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Tx } from './database.ts';
import { forgetPeople } from './disposals.ts';
import { forgetParties, insertParties, noteOwnParties } from './parties.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
const [anna, boris] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  database = await openTestDatabase();
  for (const [tenantId, id, email] of [
    [database.tenantId, anna, 'Anna@Seats.example'],
    [database.tenantId, boris, 'boris@seats.example'],
    [await database.addTenant(), randomUUID(), 'anna@seats.example'],
  ])
    await database.asOwner(
      "insert into app_user (tenant_id, id, name, role, email) values ($1, $2, 'A user', 'supervisor', $3)",
      [tenantId, id, email],
    );
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);

/** A recording with parties of these addresses. */
async function recordingOf(...addresses: readonly (string | null)[]) {
  const id = await addRecordingRow(database.db, database.tenantId);
  const parties = addresses.map((address, ordinal) => ({
    id: randomUUID(),
    recordingId: id,
    ordinal,
    name: null,
    address,
    label: null,
  }));
  await inTenant(async (tx) => {
    await insertParties(tx, database.tenantId, parties);
    await noteOwnParties(tx, [id]);
  });
  return { id, parties };
}

const ownOf = async (id: string): Promise<string[]> => {
  const { rows } = await inTenant((tx) =>
    tx.query<{ users: string[] }>('select own_of as users from recording where id = $1', [id]),
  );
  return rows[0]!.users;
};

test('the users who took part are those whose email address a party has, of this tenant only', async () => {
  const { id } = await recordingOf('sip:anna@seats.EXAMPLE;user=phone', 'tel:+14155550100', null);
  expect(await ownOf(id)).toEqual([anna]);
  const { id: both } = await recordingOf('sips:boris@seats.example?x=1', 'sip:anna@seats.example');
  expect(await ownOf(both)).toEqual([anna, boris].sort());
  const { id: nobody } = await recordingOf('sip:anna@seats.example.org', 'anna@seats.example');
  expect(await ownOf(nobody)).toEqual([]);
});

test('who is forgotten has not taken part any more', async () => {
  const { id, parties } = await recordingOf('sip:anna@seats.example', 'sip:boris@seats.example');
  await inTenant((tx) => forgetParties(tx, id, [parties[0]!.id]));
  expect(await ownOf(id)).toEqual([boris]);
  await inTenant((tx) => forgetPeople(tx, id));
  expect(await ownOf(id)).toEqual([]);
});

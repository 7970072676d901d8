import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../test/support/test-hub.ts';
import { recordCall } from '../../../test/support/test-recording.ts';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let recordingId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  recordingId = (await recordCall(hub, { ms: 400 })).id;
}, 60_000);
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Runs `holdfast cut` for the officer. */
const cut = (...args: string[]) => runHoldfast(database, ['cut', ...args, '--user', officer.name]);

const ask = (reason: string) => cut('ask', recordingId, '--from', '0.1', '--to', '0.2', '--reason', reason);
const asked = () => database.asOwner('select from recording_cut');

test('a cut is asked for and shown; without a reason, and behind a wall, neither', async () => {
  expect(await ask(' ')).toMatchObject({ code: 1, output: expect.stringContaining('3 to 500') });
  await database.asOwner("update recording set classification = 'hr' where id = $1", [recordingId]);
  for (const refused of [await ask('A card was read out.'), await cut('list', recordingId)])
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('wall/hr') });
  expect(await asked()).toEqual([]);

  await database.asOwner('update recording set classification = null where id = $1', [recordingId]);
  expect(await ask('A card was read out.')).toMatchObject({ code: 0 });
  expect(await asked()).toHaveLength(1);
  expect((await cut('list', recordingId)).output).toContain('0.100 to 0.200 s');
}, 120_000);

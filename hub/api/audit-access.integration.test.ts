import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { parseLeaf, type Leaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { makeToken } from '../identity/bearer-token.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { CONSOLE, readProblem, startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { recordCall } from '../../test/support/test-recording.ts';

jest.setTimeout(60_000);

let database: TestDatabase;
let hub: TestHub;
let id: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
beforeEach(async () => {
  hub.setNow(undefined);
  id = await addRecordingRow(database.db, database.tenantId);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** What the ledger says about an object, oldest first. */
async function leavesAbout(objectId: string): Promise<Leaf[]> {
  const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, objectId));
  return leaves.map(({ body }) => parseLeaf(body));
}

describe('an access', () => {
  test('to a recording is a leaf about it that names the act and the rule', async () => {
    const { fetch } = await hub.signIn('auditor');
    await fetch(`/api/v1/recordings/${id}`);
    expect(await leavesAbout(id)).toMatchObject([
      {
        act: 'recording.inspected',
        outcome: 'allowed',
        rules: ['access/auditor/recording.read'],
        facts: { act: 'recording.read' },
      },
    ]);
  });

  test('is one leaf for each person and thing, however often the console reads it again', async () => {
    const one = await hub.signIn('auditor');
    const other = await hub.signIn('auditor');
    for (let i = 0; i < 5; i += 1) await one.fetch(`/api/v1/recordings/${id}`);
    await other.fetch(`/api/v1/recordings/${id}`);
    await one.fetch(`/api/v1/recordings/${id}/custody`);
    expect((await leavesAbout(id)).map(({ facts }) => facts?.['act'])).toEqual([
      'recording.read',
      'recording.read',
      'ledger.read',
    ]);
    hub.setNow(new Date(Date.now() + 16 * 60_000));
    await one.fetch(`/api/v1/recordings/${id}`);
    expect(await leavesAbout(id)).toHaveLength(4);
  });

  test('to the list is a leaf about the tenant', async () => {
    const { fetch } = await hub.signIn('engineer');
    await fetch('/api/v1/recordings');
    expect((await leavesAbout(database.tenantId)).at(-1)).toMatchObject({
      act: 'access.granted',
      facts: { act: 'recording.list' },
      rules: ['access/engineer/recording.list'],
    });
  });

  test('that is refused is a leaf about the recording, each time', async () => {
    const { fetch } = await hub.signIn('engineer');
    for (const end of ['', '/audio', '/waveform', '/timeline', '/custody'])
      await readProblem(fetch(`/api/v1/recordings/${id}${end}`), 403);
    expect((await leavesAbout(id)).map(({ act, facts }) => [act, facts?.['act']])).toEqual([
      ['access.refused', 'recording.read'],
      ['access.refused', 'recording.play'],
      ['access.refused', 'recording.play'],
      ['access.refused', 'recording.play'],
      ['access.refused', 'ledger.read'],
    ]);
  });

  test('to what was disposed of is a refusal by that rule', async () => {
    await database.asOwner("update recording set state = 'disposed' where id = $1", [id]);
    const { fetch } = await hub.signIn();
    await readProblem(fetch(`/api/v1/recordings/${id}/audio`), 410);
    await readProblem(fetch(`/api/v1/recordings/${id}/timeline`), 410);
    expect(await leavesAbout(id)).toMatchObject(
      [1, 2].map(() => ({
        act: 'access.refused',
        rules: ['recording/gone'],
        facts: { act: 'recording.play' },
      })),
    );
  });

  test('to what is not there is no event of anything', async () => {
    const { fetch } = await hub.signIn();
    const nowhere = '0198c0de-0000-7000-8000-00000000dead';
    await readProblem(fetch(`/api/v1/recordings/${nowhere}`), 404);
    expect(await leavesAbout(nowhere)).toEqual([]);
  });
});

test('a key that does not open a recording is a leaf about it', async () => {
  const keys = { unwrap: () => Promise.reject(new HoldfastError('key_unavailable', 'The key is disabled.')) };
  const { id: recordingId } = await recordCall(hub, { ms: 200 });
  const { keys: working } = hub.services;
  const broken = await startTestHub(database, {
    objects: hub.services.objects,
    keys: { ...working, ...keys } as unknown as KeyProvider,
  });
  try {
    const { fetch } = await broken.signIn();
    await readProblem(fetch(`/api/v1/recordings/${recordingId}/audio`), 503);
    expect((await leavesAbout(recordingId)).at(-1)).toMatchObject({ act: 'key.refused', outcome: 'failed' });
  } finally {
    await broken.close();
  }
});

describe('a sign-in that fails', () => {
  const signInWith = (token: string) =>
    hub.fetch('/api/v1/session', { method: 'POST', headers: CONSOLE, body: { token } });
  const refusals = async () =>
    (await leavesAbout(database.tenantId)).filter(({ rules }) => rules?.[0] === 'session/link');

  test('is a leaf about the tenant it named, twenty times a minute at most, and the rest is counted', async () => {
    const { text } = makeToken(database.tenantId, (bytes) => Buffer.alloc(bytes, 1));
    hub.setNow(new Date());
    for (let i = 0; i < 23; i += 1) await readProblem(signInWith(text), 401);
    expect(await refusals()).toHaveLength(20);
    hub.setNow(new Date(hub.services.now().getTime() + 60_000));
    await readProblem(signInWith(text), 401);
    expect((await refusals()).at(-1)).toMatchObject({ facts: { unwrittenBefore: 3 } });
  });

  test('at no tenant of ours is nobody’s event', async () => {
    const before = (await refusals()).length;
    const { text } = makeToken('0198c0de-0000-7000-8000-00000000dead', (bytes) => Buffer.alloc(bytes, 1));
    await readProblem(signInWith(text), 401);
    await readProblem(signInWith('x'.repeat(30)), 401);
    expect(await refusals()).toHaveLength(before);
  });
});

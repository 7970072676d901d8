import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { encodeUserHandle } from '../../../identity/authenticators/user-handle.ts';
import { makeSoftPasskey, type Lies, type SoftPasskey } from '../../../../test/support/soft-authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  CONSOLE,
  parseExactly,
  readProblem,
  startTestHub,
  TEST_PARTY,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { authenticatorList, passkeyQuestion, passkeySignInQuestion } from '../../schemas/authenticator.ts';
import { session } from '../../schemas/session.ts';

const NOON = new Date('2026-11-16T12:00:00.000Z');
let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (path: string, body: object): Promise<Response> =>
  hub.fetch(`/api/v1/session/passkey/${path}`, { method: 'POST', headers: CONSOLE, body });

/** Somebody who added a passkey after coming by a link. */
async function withPasskey(tenantId?: string): Promise<{ person: TestPerson; passkey: SoftPasskey }> {
  const person = await hub.signIn('administrator', tenantId);
  const passkey = makeSoftPasskey(TEST_PARTY.origins[0]);
  const path = '/api/v1/authenticators/passkey';
  const begin = { method: 'POST', body: {} };
  const { challengeId, options } = await person.read(passkeyQuestion, `${path}/begin`, begin);
  const body = { challengeId, name: 'Key', response: passkey.create(options) };
  await person.read(authenticatorList, `${path}/finish`, { method: 'POST', body });
  return { person, passkey };
}

async function ask(): Promise<z.output<typeof passkeySignInQuestion>['options']> {
  return parseExactly(passkeySignInQuestion, await (await post('begin', {})).json()).options;
}

async function signIn(passkey: SoftPasskey, lies?: Lies): Promise<Response> {
  return post('finish', { response: passkey.get(await ask(), lies) });
}

describe('signing in with a passkey', () => {
  test('begins a session of its person, in their tenant, which counts as a proof of presence', async () => {
    const other = await database.addTenant();
    for (const tenantId of [database.tenantId, other]) {
      const { person, passkey } = await withPasskey(tenantId);
      const answer = await signIn(passkey);
      expect(answer.status).toBe(200);
      const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
      const opened = parseExactly(session, await answer.json());
      expect(opened).toMatchObject({ user: { id: person.userId }, tenant: { id: tenantId } });
      const drained = await hub.fetch('/api/v1/recorders/nowhere/drain', {
        method: 'POST',
        headers: { ...CONSOLE, cookie },
        body: { reason: 'A test.' },
      });
      expect(drained.status).not.toBe(401);
    }
  });

  test.each<[string, Lies]>([
    ['of another page', { origin: 'https://evil.example' }],
    ['for another domain', { rpId: 'evil.example' }],
    ['without verifying the person', { flags: 0x01 }],
    ['with a forged signature', { forged: true }],
    ['in the name of nobody', { userHandle: 'AAAA' }],
    ['of a passkey nobody knows', { credentialId: Buffer.alloc(32, 1) }],
    ['to a question that is none of ours', { challenge: Buffer.alloc(64, 1).toString('base64url') }],
    ['with a counter that stands still', { counter: 0 }],
  ])('is refused to an answer %s', async (_what, lies) => {
    const { passkey } = await withPasskey();
    expect((await signIn(passkey)).status).toBe(200);
    const answer = await signIn(passkey, lies);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await readProblem(answer, 401)).toMatchObject({ code: 'unauthenticated' });
  });

  test('is refused in the name of somebody else, of another tenant, and of a tenant that does not exist', async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()];
    const tenantId = await database.addTenant();
    for (const handle of [
      { tenantId: database.tenantId, userId: theirs.person.userId },
      { tenantId, userId: mine.person.userId },
      { tenantId: randomUUID(), userId: mine.person.userId },
    ]) {
      const userHandle = encodeUserHandle(handle).toString('base64url');
      await readProblem(signIn(mine.passkey, { userHandle }), 401);
    }
  });

  test('answers a question once, within five minutes', async () => {
    hub.setNow(NOON);
    const { passkey } = await withPasskey();
    const options = await ask();
    const late = await ask();
    const response = passkey.get(options);
    expect((await post('finish', { response })).status).toBe(200);
    await readProblem(post('finish', { response }), 401);
    hub.setNow(new Date(NOON.getTime() + 5 * 60_000));
    await readProblem(post('finish', { response: passkey.get(late) }), 401);
  });

  test('is for people with a local account who are still here, and from our console', async () => {
    const { person, passkey } = await withPasskey();
    const response = passkey.get(await ask());
    const foreign = { method: 'POST', body: { response } };
    await readProblem(hub.fetch('/api/v1/session/passkey/finish', foreign), 403);
    await database.asOwner("update app_user set status = 'suspended' where id = $1", [person.userId]);
    await readProblem(signIn(passkey), 401);
    await database.asOwner("update app_user set status = 'active' where id = $1", [person.userId]);
    await database.asOwner('delete from local_account where user_id = $1', [person.userId]);
    await readProblem(signIn(passkey), 401);
  });

  test('is switched off with local sign-in, but not for accounts for emergencies', async () => {
    const tenantId = await database.addTenant();
    const { person, passkey } = await withPasskey(tenantId);
    await database.asOwner(
      'insert into local_sign_in (tenant_id, allowed, changed_by, changed_at) values ($1, false, $2, now())',
      [tenantId, person.userId],
    );
    await readProblem(signIn(passkey), 401);
    await database.asOwner('update local_account set break_glass = true where user_id = $1', [person.userId]);
    expect((await signIn(passkey)).status).toBe(200);
    const means = 'select means from session where user_id = $1 order by created_at desc limit 1';
    expect(await database.asOwner(means, [person.userId])).toEqual([{ means: 'break-glass' }]);
  });
});

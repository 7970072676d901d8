import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { z } from 'zod';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { makeSoftPasskey, type Lies, type SoftPasskey } from '../../../../test/support/soft-authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  CONSOLE,
  readProblem,
  setProof,
  startTestHub,
  TEST_PARTY,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import {
  authenticatorList,
  passkeyQuestion,
  recoveryCodes,
  resetAnswer,
  stepUpState,
  totpQuestion,
} from '../../schemas/authenticator.ts';

const ORIGIN = TEST_PARTY.origins[0];
const NOON = new Date('2026-11-16T12:00:00.000Z');
const MINUTE = 60_000;
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

const post = (person: TestPerson, path: string, body: object = {}): Promise<Response> =>
  person.fetch(`/api/v1/${path}`, { method: 'POST', body });
const ask = <S extends z.ZodType>(person: TestPerson, schema: S, path: string, body: object = {}) =>
  person.read(schema, `/api/v1/${path}`, { method: 'POST', body });
const unproven = (person: TestPerson): Promise<void> => setProof(database, person.userId, null);

/** Somebody with a passkey, whose session has no proof any more. */
async function withPasskey(
  kind?: 'P-256' | 'Ed25519',
): Promise<{ person: TestPerson; passkey: SoftPasskey }> {
  const person = await hub.signIn('administrator');
  const passkey = makeSoftPasskey(ORIGIN, kind);
  const { challengeId, options } = await ask(person, passkeyQuestion, 'authenticators/passkey/begin');
  const response = passkey.create(options);
  await ask(person, authenticatorList, 'authenticators/passkey/finish', {
    challengeId,
    name: 'Key',
    response,
  });
  await unproven(person);
  return { person, passkey };
}

async function withCodes(): Promise<{ person: TestPerson; codeAt: (at: number) => string }> {
  const person = await hub.signIn('administrator');
  const { challengeId, secret } = await ask(person, totpQuestion, 'authenticators/totp/begin');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const codeAt = (at: number): string => totp.generate({ timestamp: at });
  const body = { challengeId, name: 'Phone', code: codeAt(hub.services.now().getTime()) };
  await ask(person, authenticatorList, 'authenticators/totp/finish', body);
  await unproven(person);
  return { person, codeAt };
}

async function prove(person: TestPerson, passkey: SoftPasskey, lies?: Lies): Promise<Response> {
  const { challengeId, options } = await ask(person, passkeyQuestion, 'step-up/begin');
  return post(person, 'step-up/finish', {
    method: 'passkey',
    challengeId,
    response: passkey.get(options, lies),
  });
}

/** Acts and rules of what is in the ledger about somebody's proofs. */
async function leavesOf(person: TestPerson): Promise<string[]> {
  await sequenceTenant(database.db, database.tenantId);
  const rows = await database.asOwner<{ act: string; rule: string | null }>(
    `select act, convert_from(body, 'UTF8')::jsonb #>> '{rules,0}' as rule from ledger_leaf
      where object_id = $1 and (act like 'presence.%' or act like 'authenticator.%' or act like 'recovery%') order by index`,
    [person.userId],
  );
  return rows.map(({ act, rule }) => (rule === null ? act : `${act} ${rule}`));
}

describe('a passkey', () => {
  test.each(['P-256', 'Ed25519'] as const)(
    'with a key of %s proves presence: the act goes through, the session has another secret, and the ledger tells',
    async (kind) => {
      const { person, passkey } = await withPasskey(kind);
      await readProblem(post(person, 'recorders/nowhere/drain', { reason: 'A test.' }), 401);
      const before = person.cookie;
      const answer = await prove(person, passkey);
      expect(answer.status).toBe(200);
      const state = stepUpState.parse(await answer.json());
      expect(state).toMatchObject({ passkeys: 1, totp: 0, passkeysAt: ORIGIN });
      expect(Date.parse(state.freshUntil!) - Date.parse(state.provenAt!)).toBe(5 * MINUTE);
      const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
      expect(cookie).not.toBe(before);
      const drained = await hub.fetch('/api/v1/recorders/nowhere/drain', {
        method: 'POST',
        headers: { ...CONSOLE, cookie },
        body: { reason: 'A test.' },
      });
      expect(drained.status).not.toBe(401);
      expect(await leavesOf(person)).toEqual(['authenticator.added', 'presence.proven']);
    },
  );

  test.each<[string, Lies, string]>([
    ['of another page', { origin: 'https://hub.example.evil.example' }, 'origin'],
    ['of a page inside another', { crossOrigin: true }, 'origin'],
    ['for another domain', { rpId: 'evil.example' }, 'relying-party'],
    ['to another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 'challenge'],
    ['without verifying the person', { flags: 0x01 }, 'user-verification'],
    ['without the person', { flags: 0x00 }, 'user-verification'],
    ['with a forged signature', { forged: true }, 'signature'],
    ['made for adding one', { type: 'webauthn.create' }, 'form'],
    ['of a passkey nobody knows', { credentialId: Buffer.alloc(32, 1) }, 'credential'],
  ])('is refused that answers %s, and the ledger says why', async (_what, lies, rule) => {
    const { person, passkey } = await withPasskey();
    const problem = await readProblem(prove(person, passkey, lies), 403);
    expect(problem.detail).toContain(`(rule step-up/${rule})`);
    expect((await leavesOf(person)).at(-1)).toBe(`presence.refused step-up/${rule}`);
    await readProblem(post(person, 'recorders/nowhere/drain', { reason: 'A test.' }), 401);
  });

  test('is refused whose counter went back or stands still: there may be a copy of it', async () => {
    const { person, passkey } = await withPasskey();
    expect((await prove(person, passkey)).status).toBe(200);
    await unproven(person);
    for (const counter of [passkey.counter, 0]) {
      const problem = await readProblem(prove(person, passkey, { counter }), 403);
      expect(problem.detail).toContain('(rule step-up/counter)');
    }
    expect((await leavesOf(person)).filter((leaf) => leaf.endsWith('counter'))).toHaveLength(2);
  });

  test('that keeps no counter is taken', async () => {
    const { person, passkey } = await withPasskey();
    for (const counter of [0, 0]) expect((await prove(person, passkey, { counter })).status).toBe(200);
  });

  test('answers a question once, in the session that was asked, within five minutes', async () => {
    hub.setNow(NOON);
    const { person, passkey } = await withPasskey();
    const question = () => ask(person, passkeyQuestion, 'step-up/begin');
    const finish = (whose: TestPerson, { challengeId, options }: z.output<typeof passkeyQuestion>) =>
      post(whose, 'step-up/finish', { method: 'passkey', challengeId, response: passkey.get(options) });
    const first = await question();
    expect((await finish(person, first)).status).toBe(200);
    expect((await readProblem(finish(person, first), 403)).detail).toContain('step-up/challenge');
    const other = await hub.signIn('administrator');
    expect((await readProblem(finish(other, await question()), 403)).detail).toContain('step-up/challenge');
    const late = await question();
    hub.setNow(new Date(NOON.getTime() + 5 * MINUTE));
    expect((await readProblem(finish(person, late), 403)).detail).toContain('step-up/challenge');
  });

  test('of somebody else proves nothing', async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()];
    const problem = await readProblem(prove(mine.person, theirs.passkey), 403);
    expect(problem.detail).toContain('step-up/credential');
  });

  test('is added once, to one person', async () => {
    const { passkey } = await withPasskey();
    const other = await hub.signIn('auditor');
    const { challengeId, options } = await ask(other, passkeyQuestion, 'authenticators/passkey/begin');
    const body = { challengeId, name: 'Key', response: passkey.create(options) };
    await readProblem(post(other, 'authenticators/passkey/finish', body), 409);
  });

  test('is not added from another page, for another domain, unverified, or to a question that was answered', async () => {
    const person = await hub.signIn('auditor');
    const passkey = makeSoftPasskey(ORIGIN);
    const add = async (lies: Lies) => {
      const { challengeId, options } = await ask(person, passkeyQuestion, 'authenticators/passkey/begin');
      const body = { challengeId, name: 'Key', response: passkey.create(options, lies) };
      return [body, post(person, 'authenticators/passkey/finish', body)] as const;
    };
    for (const lies of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { flags: 0x41 }]) {
      const [body, answer] = await add(lies);
      await readProblem(answer, 403);
      await readProblem(post(person, 'authenticators/passkey/finish', body), 403);
    }
    expect((await person.read(authenticatorList, '/api/v1/authenticators')).items).toEqual([]);
  });

  test('of nonsense is refused by the field, and is never a fault of ours', async () => {
    const { person } = await withPasskey();
    const good = { id: 'AA', rawId: 'AA', type: 'public-key', clientExtensionResults: {} };
    const bytes = { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' };
    for (const response of [
      {},
      good,
      { ...good, response: { ...bytes, signature: '!' } },
      { ...good, rawId: 'AB', response: bytes },
    ]) {
      const body = { method: 'passkey', challengeId: randomUUID(), response };
      await readProblem(post(person, 'step-up/finish', body), 400);
    }
    const { challengeId } = await ask(person, passkeyQuestion, 'step-up/begin');
    const body = { method: 'passkey', challengeId, response: { ...good, response: bytes } };
    await readProblem(post(person, 'step-up/finish', body), 403);
  });
});

describe('a code of an authenticator', () => {
  test('proves presence once, in its own half minute and the ones beside it', async () => {
    hub.setNow(NOON);
    const { person, codeAt } = await withCodes();
    const finish = (code: string) => post(person, 'step-up/finish', { method: 'totp', code });
    // The code that added it was used by that.
    expect((await readProblem(finish(codeAt(NOON.getTime())), 403)).detail).toContain('step-up/code-used');
    const next = codeAt(NOON.getTime() + 30_000);
    expect((await finish(next)).status).toBe(200);
    expect((await readProblem(finish(next), 403)).detail).toContain('step-up/code-used');
    hub.setNow(new Date(NOON.getTime() + 10 * MINUTE));
    const far = [codeAt(NOON.getTime() + 11 * MINUTE), codeAt(NOON.getTime() + 9 * MINUTE)];
    for (const code of far) expect((await readProblem(finish(code), 403)).detail).toContain('step-up/code)');
  });

  test('cannot be guessed: each wrong one makes the next wait longer, also for those sent at once, and for the right one', async () => {
    hub.setNow(NOON);
    const { person, codeAt } = await withCodes();
    const finish = (code: string) => post(person, 'step-up/finish', { method: 'totp', code });
    const right = codeAt(NOON.getTime() + 30_000);
    const wrong = right === '000000' ? '000001' : '000000';
    const answers = await Promise.all(Array.from({ length: 8 }, () => finish(wrong)));
    expect(answers.map(({ status }) => status).sort()).toEqual([403, 403, 403, 429, 429, 429, 429, 429]);
    const refused = await finish(right);
    expect(refused.headers.get('Retry-After')).toBe('2');
    await readProblem(refused, 429);
    hub.setNow(new Date(NOON.getTime() + 2_000));
    await readProblem(finish(wrong), 403);
    expect((await finish(right)).headers.get('Retry-After')).toBe('4');
    hub.setNow(new Date(NOON.getTime() + 6_000));
    expect((await finish(right)).status).toBe(200);
    expect((await finish(wrong)).status).toBe(403); // the count began anew
  });

  test('that is added needs a right code, and its secret stands in no row', async () => {
    const person = await hub.signIn('auditor');
    const { challengeId, secret, uri } = await ask(person, totpQuestion, 'authenticators/totp/begin');
    expect(uri).toMatch(/^otpauth:\/\/totp\//);
    const right = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    const code = right === '000000' ? '000001' : '000000';
    await readProblem(post(person, 'authenticators/totp/finish', { challengeId, name: 'Phone', code }), 400);
    const body = { challengeId, name: 'Phone', code: right };
    await readProblem(post(person, 'authenticators/totp/finish', body), 403); // one question, one answer
    const hex = Buffer.from(Secret.fromBase32(secret).bytes).toString('hex');
    const found = await database.asOwner(
      `select 1 from presence_challenge c where position($1 in c::text) > 0
        union all select 1 from authenticator a where position($1 in a::text) > 0`,
      [hex],
    );
    expect(found).toEqual([]);
  });
});

describe('a recovery code', () => {
  test('works once, however it is typed, until new ones are made', async () => {
    const { person } = await withPasskey();
    await setProof(database, person.userId, hub.services.now());
    const { codes } = await ask(person, recoveryCodes, 'authenticators/recovery-codes');
    expect(new Set(codes).size).toBe(10);
    await unproven(person);
    const finish = (code: string) => post(person, 'step-up/finish', { method: 'recovery-code', code });
    expect((await finish(codes[0]!.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    await readProblem(finish(codes[0]!), 403);
    expect((await person.read(stepUpState, '/api/v1/step-up')).recoveryCodes).toBe(9);
    await setProof(database, person.userId, hub.services.now());
    await ask(person, recoveryCodes, 'authenticators/recovery-codes');
    await readProblem(finish(codes[1]!), 403);
  });
});

describe('changing one’s own authenticators', () => {
  test('asks for a proof once there is one; before, a sign-in of the last five minutes will do', async () => {
    hub.setNow(NOON);
    const person = await hub.signIn('auditor', database.tenantId, { proven: false });
    expect((await post(person, 'authenticators/totp/begin')).status).toBe(200);
    hub.setNow(new Date(NOON.getTime() + 5 * MINUTE + 1));
    expect(await readProblem(post(person, 'authenticators/totp/begin'), 401)).toMatchObject({
      code: 'step_up_required',
    });
    hub.setNow(NOON);
    const { person: other } = await withPasskey();
    for (const path of ['passkey/begin', 'totp/begin', 'recovery-codes'])
      await readProblem(post(other, `authenticators/${path}`), 401);
    const [mine] = (await other.read(authenticatorList, '/api/v1/authenticators')).items;
    await readProblem(other.fetch(`/api/v1/authenticators/${mine!.id}`, { method: 'DELETE' }), 401);
  });

  test('removes only one’s own, and the ledger tells of it', async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()];
    const [entry] = (await mine.person.read(authenticatorList, '/api/v1/authenticators')).items;
    await setProof(database, theirs.person.userId, hub.services.now());
    await setProof(database, mine.person.userId, hub.services.now());
    const path = `/api/v1/authenticators/${entry!.id}`;
    await readProblem(theirs.person.fetch(path, { method: 'DELETE' }), 404);
    expect((await mine.person.fetch(path, { method: 'DELETE' })).status).toBe(200);
    expect((await leavesOf(mine.person)).at(-1)).toBe('authenticator.removed');
  });

  test('is done by an administrator where somebody lost all they had, with a reason, and not for oneself', async () => {
    const { person } = await withPasskey();
    const administrator = await hub.signIn('administrator');
    const body = { reason: 'The key was lost on a journey.' };
    const path = (whose: TestPerson) => `people/${whose.userId}/authenticators/reset`;
    await readProblem(post(await hub.signIn('compliance_officer'), path(person), body), 403);
    await readProblem(post(administrator, path(administrator), body), 403);
    expect(await ask(administrator, resetAnswer, path(person), body)).toEqual({ removed: 1 });
    expect((await person.read(stepUpState, '/api/v1/step-up')).passkeys).toBe(0);
    expect((await leavesOf(person)).at(-1)).toBe('authenticator.reset');
    await unproven(administrator);
    await readProblem(post(administrator, path(person), body), 401);
  });
});

test('whoever leaves leaves none behind, and is asked for nothing old when they come again', async () => {
  const { person } = await withPasskey();
  await setProof(database, person.userId, hub.services.now());
  await ask(person, recoveryCodes, 'authenticators/recovery-codes');
  const administrator = await hub.signIn('administrator');
  const body = { operation: 'leave', personId: person.userId, reason: 'They go elsewhere.' };
  expect((await post(administrator, 'people/changes', body)).status).toBe(201);
  const left = await database.asOwner(
    'select user_id from authenticator where user_id = $1 union all select user_id from recovery_code where user_id = $1',
    [person.userId],
  );
  expect(left).toEqual([]);
});

test('what a person has in one tenant is nothing in another', async () => {
  const { passkey } = await withPasskey();
  const other = await hub.signIn('administrator', await database.addTenant());
  await readProblem(post(other, 'step-up/begin'), 404);
  const { challengeId, options } = await ask(other, passkeyQuestion, 'authenticators/passkey/begin');
  const body = { challengeId, name: 'Key', response: passkey.create(options) };
  expect((await post(other, 'authenticators/passkey/finish', body)).status).toBe(200);
});

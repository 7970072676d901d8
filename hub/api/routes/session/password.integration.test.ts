import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  CONSOLE,
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { authenticatorList, totpQuestion } from '../../schemas/authenticator.ts';
import { localAccountList } from '../../schemas/local-account.ts';

let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database, {}, { trustedProxies: ['loopback'] });
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const NOON = Date.parse('2026-11-16T12:00:00.000Z');
const GOOD = 'seven grey horses walk uphill';
let addresses = 0;

/** One attempt, by default from an address of its own. */
function enter(name: string, password: string, address = `192.0.2.${(addresses += 1)}`): Promise<Response> {
  return hub.fetch('/api/v1/session/password', {
    method: 'POST',
    headers: { ...CONSOLE, 'X-Forwarded-For': address },
    body: { name, password },
  });
}

/** Somebody with a name of their own, who has set a password. */
async function withPassword(name: string, password = GOOD): Promise<TestPerson> {
  const person = await hub.signIn('administrator');
  await database.asOwner('update app_user set name = $2 where id = $1', [person.userId, name]);
  expect((await setOwn(person, { password })).status).toBe(200);
  return person;
}

function setOwn(person: TestPerson, body: unknown, cookie?: string): Promise<Response> {
  return person.fetch('/api/v1/session/own-password', {
    method: 'POST',
    body,
    ...(cookie === undefined ? {} : { headers: { cookie } }),
  });
}

describe('a password', () => {
  test('is set after coming by a link, and then lets its person in by name or e-mail address', async () => {
    const person = await withPassword('Ada Example');
    await database.asOwner("update app_user set email = 'ada@example.com' where id = $1", [person.userId]);
    for (const name of ['Ada Example', 'ada example', 'ADA@example.com']) {
      const answer = await enter(name, GOOD);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ user: { id: person.userId } });
      expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly/);
    }
    const [row] = await database.asOwner<{ password: string }>(
      'select password from local_account where user_id = $1',
      [person.userId],
    );
    expect(row?.password).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$/);
    const sessions = await database.asOwner(
      'select means, amr from session where user_id = $1 order by created_at desc limit 1',
      [person.userId],
    );
    expect(sessions).toEqual([{ means: 'password', amr: ['pwd'] }]);
  });

  test('is refused where it is easy to guess, and nothing is set', async () => {
    const person = await hub.signIn('administrator');
    for (const password of [
      'short',
      'holdfast is our recorder',
      'Test administrator 77',
      'abababababababababab',
      'Basketball2026!',
      'iloveyou.forever',
      '1QAZ-2WSX-3EDC-4RFV',
    ])
      expect(await readProblem(setOwn(person, { password }), 400)).toMatchObject({ field: 'password' });
    await readProblem(enter(person.userId, 'holdfast is our recorder'), 401);
  });

  test('is changed with the one before, which ends every other session', async () => {
    const person = await withPassword('Grace Example');
    const { cookie: before } = person;
    const elsewhere = (await enter('Grace Example', GOOD)).headers.getSetCookie()[0]!.split(';')[0]!;
    const next = 'twelve green boats sail slowly';
    expect(
      await readProblem(setOwn(person, { password: next, current: 'not that one at all' }, elsewhere), 403),
    ).toMatchObject({
      field: 'current',
    });
    const changed = await setOwn(person, { password: next, current: GOOD }, elsewhere);
    expect(changed.status).toBe(200);
    const renewed = changed.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await hub.fetch('/api/v1/session', { headers: { cookie: renewed } })).status).toBe(200);
    await readProblem(hub.fetch('/api/v1/session', { headers: { cookie: before } }), 401);
    await readProblem(enter('Grace Example', GOOD), 401);
    expect((await enter('Grace Example', next)).status).toBe(200);
  });

  test('is not set first in a session that is old or began otherwise', async () => {
    hub.setNow(new Date(NOON));
    const person = await hub.signIn('administrator');
    hub.setNow(new Date(NOON + 15 * 60_000 + 1));
    await readProblem(setOwn(person, { password: GOOD }), 403);
  });
});

describe('a second factor', () => {
  const change = async (body: object): Promise<Response> =>
    (await hub.signIn('administrator')).fetch('/api/v1/local-sign-in', {
      method: 'POST',
      body: { reason: 'Audit asks for it', ...body },
    });

  /** Adds an authenticator in the session of a link. */
  async function withCodes(person: TestPerson, at: Date): Promise<(at: Date) => string> {
    const begun = await person.read(totpQuestion, '/api/v1/authenticators/totp/begin', {
      method: 'POST',
      body: {},
    });
    const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
    const codeAt = (when: Date): string => totp.generate({ timestamp: when.getTime() });
    const body = { challengeId: begun.challengeId, name: 'Phone', code: codeAt(at) };
    await person.read(authenticatorList, '/api/v1/authenticators/totp/finish', { method: 'POST', body });
    return codeAt;
  }

  test('is asked for beside a password where the tenant wants it, counts once, and is a proof of presence', async () => {
    hub.setNow(new Date(NOON));
    await withPassword('Plain Example');
    await readProblem(change({ secondFactor: true }), 409);
    const person = await withPassword('Second Example');
    const codeAt = await withCodes(person, new Date(NOON));
    expect((await change({ secondFactor: true })).status).toBe(200);
    try {
      const later = new Date(NOON + 60_000);
      hub.setNow(later);
      const lacking = await readProblem(enter('Second Example', GOOD), 401);
      expect(lacking).toMatchObject({ code: 'unauthenticated', field: '/body/code' });
      await readProblem(enterWith('Second Example', '000000'), 401);
      const code = codeAt(later);
      expect((await enterWith('Second Example', code)).status).toBe(200);
      await readProblem(enterWith('Second Example', code), 401);
      await readProblem(enterWith('Plain Example', code), 401);
      const [session] = await database.asOwner(
        'select means, amr, stepped_up_at is not null as proven from session where user_id = $1 order by id desc limit 1',
        [person.userId],
      );
      expect(session).toEqual({ means: 'password', amr: ['pwd', 'otp', 'mfa'], proven: true });
    } finally {
      expect((await change({ secondFactor: false })).status).toBe(200);
    }
    expect((await enter('Plain Example', GOOD)).status).toBe(200);
    await readProblem(change({}), 400);
  });

  test('is not added first after a password alone, which somebody else may know', async () => {
    await withPassword('Known Example');
    const cookie = (await enter('Known Example', GOOD)).headers.getSetCookie()[0]!.split(';')[0]!;
    for (const kind of ['totp', 'passkey']) {
      const begin = hub.fetch(`/api/v1/authenticators/${kind}/begin`, {
        method: 'POST',
        headers: { ...CONSOLE, cookie },
        body: {},
      });
      expect(await readProblem(begin, 403)).toMatchObject({
        detail: expect.stringContaining('holdfast sign-in'),
      });
    }
  });

  function enterWith(name: string, code: string): Promise<Response> {
    return hub.fetch('/api/v1/session/password', {
      method: 'POST',
      headers: { ...CONSOLE, 'X-Forwarded-For': `198.51.100.${(addresses += 1)}` },
      body: { name, password: GOOD, code },
    });
  }
});

describe('somebody who guesses', () => {
  test('is told the same of an account that exists and of one that does not, and waits the same', async () => {
    await withPassword('Mary Example');
    hub.setNow(new Date(NOON));
    const tell = async (name: string) => {
      const said = [];
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const answer = await enter(name, `wrong password number ${attempt}`);
        const { detail, code } = (await answer.json()) as { detail: string; code: string };
        said.push({ status: answer.status, retryAfter: answer.headers.get('retry-after'), detail, code });
      }
      return said;
    };
    const known = await tell('Mary Example');
    expect(await tell('Nobody Example')).toEqual(known);
    expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 401, 429, 429]);
  });

  test('waits twice as long after each failure; the right password counts again after the wait', async () => {
    await withPassword('Rosalind Example');
    let minutes = 0;
    const at = (seconds: number): void => {
      minutes += seconds / 60;
      hub.setNow(new Date(NOON + minutes * 60_000));
    };
    at(0);
    for (let attempt = 0; attempt < 4; attempt += 1) await enter('Rosalind Example', 'a wrong password here');
    await readProblem(enter('Rosalind Example', GOOD), 429); // not even looked at
    at(1);
    await readProblem(enter('Rosalind Example', 'a wrong password here'), 401);
    at(1);
    await readProblem(enter('Rosalind Example', GOOD), 429);
    at(1);
    expect((await enter('Rosalind Example', GOOD)).status).toBe(200);
    await readProblem(enter('Rosalind Example', 'a wrong password here'), 401); // forgiven: the next ones are free
  });

  test('gains nothing by guessing many times at once', async () => {
    await withPassword('Dorothy Example');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => enter('Dorothy Example', `wrong password number ${at}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(8);
  });

  test('is slowed from one address also where every name is tried once', async () => {
    hub.setNow(new Date(NOON));
    const statuses = [];
    for (let at = 0; at < 23; at += 1)
      statuses.push((await enter(`Guess ${at}`, 'one for everybody', '198.51.100.7')).status);
    expect(statuses.indexOf(429)).toBe(21);
    expect((await enter('Guess 1', 'one for everybody', '198.51.100.8')).status).toBe(401);
  });
});

describe('signing in with passwords', () => {
  test('is switched off once a provider works; an account for emergencies goes on, and its use is an incident', async () => {
    const person = await withPassword('Joan Example');
    const rescuer = await withPassword('Emergency One');
    const administrator = await hub.signIn();
    const change = (path: string, body: unknown): Promise<Response> =>
      administrator.fetch(`/api/v1${path}`, { method: 'POST', body });
    const off = { allowed: false, reason: 'Everybody has the provider' };
    await readProblem(change('/local-sign-in', off), 409);
    await database.asOwner("update session set means = 'oidc' where user_id = $1", [person.userId]);
    expect(
      (
        await change(`/local-accounts/${rescuer.userId}/break-glass`, {
          breakGlass: true,
          reason: 'In the safe',
        })
      ).status,
    ).toBe(200);
    const list = localAccountList.parse(await (await change('/local-sign-in', off)).json());
    expect(list.allowed).toBe(false);
    expect(list.items.filter(({ breakGlass }) => breakGlass).map(({ name }) => name)).toEqual([
      'Emergency One',
    ]);
    await readProblem(enter('Joan Example', GOOD), 401);
    expect((await enter('Emergency One', GOOD)).status).toBe(200);
    const sessions = await database.asOwner(
      "select from session where user_id = $1 and means = 'break-glass'",
      [rescuer.userId],
    );
    expect(sessions).toHaveLength(1);
    expect(await database.asOwner("select severity from incident where detector = 'break-glass'")).toEqual([
      { severity: 'high' },
    ]);
    const newcomer = await hub.signIn('administrator');
    await readProblem(setOwn(newcomer, { password: GOOD }), 403);
    expect((await change('/local-sign-in', { allowed: true, reason: 'The provider is gone' })).status).toBe(
      200,
    );
    expect((await enter('Joan Example', GOOD)).status).toBe(200);
  });

  test("is refused at a tenant that does not exist, or is not the person's, as any other wrong one", async () => {
    await withPassword('Hedy Example');
    for (const tenant of [newId(NOON), await database.addTenant()])
      await readProblem(
        hub.fetch('/api/v1/session/password', {
          method: 'POST',
          headers: CONSOLE,
          body: { name: 'Hedy Example', password: GOOD, tenant },
        }),
        401,
      );
  });

  test('ends with the account of a person', async () => {
    const person = await withPassword('Edith Example');
    await database.asOwner("update app_user set status = 'suspended' where id = $1", [person.userId]);
    await readProblem(enter('Edith Example', GOOD), 401);
  });
});

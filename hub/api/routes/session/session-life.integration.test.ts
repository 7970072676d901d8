import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  CONSOLE,
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { stepUpSession } from '../../../identity/renew-session.ts';
import { identify } from '../../../identity/sessions.ts';
import { makeSignInLink } from '../../../identity/sign-in-link.ts';
import { endedSessions, openSessionList } from '../../schemas/session-list.ts';

let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database, {
    countryHeader: 'X-Country',
    sessionLives: { idleMs: 30 * 60_000, absoluteMs: 10 * 3_600_000 },
  });
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const NOON = Date.parse('2026-11-16T12:00:00.000Z');
const MINUTE = 60_000;
const at = (minutes: number): void => {
  hub.setNow(new Date(NOON + minutes * MINUTE));
};

/** The secret that an answer hands out, as a Cookie header; undefined where it hands out none. */
function handedOut(answer: Response): string | undefined {
  return answer.headers.getSetCookie()[0]?.split(';')[0];
}

function ask(cookie: string, headers: Record<string, string> = {}): Promise<Response> {
  return hub.fetch('/api/v1/session', { headers: { cookie, ...headers } });
}

async function reasonsOf(person: TestPerson): Promise<{ outcome: string; rules: string[] | null }[]> {
  await sequenceTenant(database.db, database.tenantId);
  const rows = await database.asOwner<{ body: Buffer }>(
    "select body from ledger_leaf where object_id = $1 and act = 'session.ended' order by index",
    [person.userId],
  );
  return rows.map(({ body }) => {
    const { outcome, rules } = JSON.parse(body.toString('utf8')) as { outcome: string; rules?: string[] };
    return { outcome, rules: rules ?? null };
  });
}

describe('a session without an act', () => {
  test('ends after half an hour; what the console asks by itself is no act', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    at(29);
    expect((await ask(person.cookie)).status).toBe(200);
    at(58);
    expect((await ask(person.cookie, { 'X-Holdfast-Background': '1' })).status).toBe(200);
    at(59);
    await readProblem(ask(person.cookie), 401);
  });

  test('ends after ten hours also where it had acts all the time', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    let cookie = person.cookie;
    for (let minute = 20; minute < 600; minute += 20) {
      at(minute);
      const answer = await ask(cookie);
      expect({ minute, status: answer.status }).toEqual({ minute, status: 200 });
      cookie = handedOut(answer) ?? cookie;
    }
    at(600);
    await readProblem(ask(cookie), 401);
  });
});

describe('the secret of a session', () => {
  test('gets a successor after a quarter of an hour, which replaces it at its first use', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    at(14);
    expect(handedOut(await ask(person.cookie))).toBeUndefined();
    at(15);
    const answers = await Promise.all([ask(person.cookie), ask(person.cookie), ask(person.cookie)]);
    const successors = answers.map(handedOut).filter((one) => one !== undefined);
    expect(successors).toHaveLength(1); // of several requests at once, one hands out
    expect((await ask(person.cookie)).status).toBe(200); // not used yet: the old one is still the secret
    expect((await ask(successors[0]!)).status).toBe(200);
    expect((await ask(person.cookie)).status).toBe(200); // was under way when the secret changed
  });

  test('is given anew where the answer that carried it was lost', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    at(15);
    const lost = handedOut(await ask(person.cookie))!;
    at(16);
    const found = handedOut(await ask(person.cookie))!;
    expect((await ask(found)).status).toBe(200);
    await readProblem(ask(lost), 401);
  });

  test('that was replaced ends the session with all its secrets when it comes back, and the ledger says so', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    at(15);
    const successor = handedOut(await ask(person.cookie))!;
    expect((await ask(successor)).status).toBe(200);
    at(16.1);
    await readProblem(ask(person.cookie), 401);
    await readProblem(ask(successor), 401);
    expect(await reasonsOf(person)).toEqual([{ outcome: 'refused', rules: ['session/old-secret'] }]);
  });

  test('is another one after a step-up; the one before has nothing of it', async () => {
    at(0);
    const person = await hub.signIn('auditor');
    const now = (minutes: number): Date => new Date(NOON + minutes * MINUTE);
    const secretOf = (cookie: string): string => cookie.split('=')[1]!;
    const before = await identify(database.db, secretOf(person.cookie), now(5), 'node');
    const secret = await database.db.forTenant(database.tenantId, (tx) =>
      stepUpSession(tx, before!, { now: now(6), acr: 'example', amr: ['hwk', 'user'] }),
    );
    expect(await identify(database.db, secret, now(6), 'node')).toMatchObject({
      sessionId: before!.sessionId,
      steppedUpAt: now(6).toISOString(),
      acr: 'example',
      amr: ['hwk', 'user'],
    });
    const underWay = await identify(database.db, secretOf(person.cookie), now(6.5), 'node');
    expect(underWay).toMatchObject({ sessionId: before!.sessionId, steppedUpAt: null });
    expect(await identify(database.db, secretOf(person.cookie), now(7.1), 'node')).toBeUndefined();
    expect(await identify(database.db, secret, now(7.2), 'node')).toBeUndefined();
  });
});

describe('a session belongs', () => {
  test('to the program that began it', async () => {
    const person = await hub.signIn('auditor');
    await readProblem(ask(person.cookie, { 'User-Agent': 'example/1.0' }), 401);
    await readProblem(ask(person.cookie), 401);
    expect(await reasonsOf(person)).toEqual([{ outcome: 'refused', rules: ['session/other-program'] }]);
  });

  test('to that program also after it has updated itself', async () => {
    const began = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.7339.82 Safari/537.36';
    const { token } = await hub.makeLink('auditor');
    const answer = await hub.fetch('/api/v1/session', {
      method: 'POST',
      headers: { ...CONSOLE, 'User-Agent': began },
      body: { token },
    });
    const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
    const updated = began.replace('140.0.7339.82', '141.0.7390.54');
    expect((await ask(cookie, { 'User-Agent': updated })).status).toBe(200);
    await readProblem(ask(cookie, { 'User-Agent': updated.replace('Linux x86_64', 'Windows NT 10.0') }), 401);
    await readProblem(ask(cookie, { 'User-Agent': updated }), 401);
  });

  test('to the country that it began in, as far as that is known', async () => {
    const { token } = await hub.makeLink('auditor');
    const answer = await hub.fetch('/api/v1/session', {
      method: 'POST',
      headers: { ...CONSOLE, 'X-Country': 'DE' },
      body: { token },
    });
    const cookie = handedOut(answer)!;
    expect((await ask(cookie, { 'X-Country': 'DE' })).status).toBe(200);
    expect((await ask(cookie)).status).toBe(200);
    await readProblem(ask(cookie, { 'X-Country': 'FR' }), 401);
    await readProblem(ask(cookie, { 'X-Country': 'DE' }), 401);
  });

  test('to our own pages: what changes something and comes from another page is refused', async () => {
    const person = await hub.signIn('compliance_officer');
    const change = (headers: Record<string, string>): Promise<Response> =>
      hub.fetch('/api/v1/delegations', {
        method: 'POST',
        headers: { cookie: person.cookie, ...CONSOLE, ...headers },
        body: {},
      });
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: 'https://elsewhere.example' },
      { Origin: 'null' },
    ])
      await readProblem(change(headers), 403);
    for (const headers of [{ 'Sec-Fetch-Site': 'same-origin' }, { Origin: hub.url }, {}])
      await readProblem(change(headers as Record<string, string>), 400); // let in, and the body is empty
  });
});

describe('open sessions', () => {
  test('are listed for their person, who ends one of them, or all others', async () => {
    const person = await hub.signIn('auditor');
    const other = await signInAgain(person);
    const third = await signInAgain(person);
    const { items } = await person.read(openSessionList, '/api/v1/sessions');
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    const [newest] = items;
    expect(newest).toMatchObject({ means: 'link', program: 'node', user: { id: person.userId } });
    await person.read(endedSessions, `/api/v1/sessions/${newest!.id}`, { method: 'DELETE' });
    await readProblem(ask(third), 401);
    expect((await ask(other)).status).toBe(200);
    expect(await person.read(endedSessions, '/api/v1/sessions', { method: 'DELETE' })).toEqual({ ended: 1 });
    await readProblem(ask(other), 401);
    expect((await ask(person.cookie)).status).toBe(200);
  });

  test('of others are seen and ended by administrators alone, with a reason', async () => {
    const [person, administrator] = [await hub.signIn('auditor'), await hub.signIn()];
    await readProblem(person.fetch('/api/v1/sessions/all'), 403);
    const { items } = await administrator.read(openSessionList, '/api/v1/sessions/all');
    const session = items.find(({ user }) => user.id === person.userId)!;
    await readProblem(administrator.fetch(`/api/v1/sessions/${session.id}`, { method: 'DELETE' }), 404);
    await readProblem(
      person.fetch(`/api/v1/sessions/${items.find(({ current }) => current)!.id}`, { method: 'DELETE' }),
      404,
    );
    const end = (path: string): Promise<{ ended: number }> =>
      administrator.read(endedSessions, path, { method: 'POST', body: { reason: 'A laptop was lost' } });
    await signInAgain(person);
    expect(await end(`/api/v1/sessions/${session.id}/end`)).toEqual({ ended: 1 });
    await readProblem(ask(person.cookie), 401);
    expect(await end(`/api/v1/people/${person.userId}/sessions/end`)).toEqual({ ended: 1 });
    expect(await reasonsOf(person)).toEqual([
      { outcome: 'done', rules: null },
      { outcome: 'done', rules: null },
    ]);
  });
});

/** Another session of somebody who is signed in, as a Cookie header. */
async function signInAgain({ userId }: TestPerson): Promise<string> {
  const link = await makeSignInLink(database.db, database.tenantId, hub.url, new Date(), userId);
  const answer = await hub.fetch('/api/v1/session', {
    method: 'POST',
    headers: CONSOLE,
    body: { token: new URL(link).hash.slice(1) },
  });
  return handedOut(answer)!;
}

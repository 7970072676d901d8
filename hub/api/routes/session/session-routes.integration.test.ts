import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CONSOLE,
  parseExactly,
  readProblem,
  startTestHub,
  type TestHub,
} from '../../../../test/support/test-hub.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { makeSignInLink } from '../../../identity/sign-in-link.ts';
import { session } from '../../schemas/session.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';

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

const NOON = Date.parse('2026-11-16T12:00:00.000Z');
const MINUTE = 60_000;

function signIn(token: unknown, headers: Record<string, string> = CONSOLE): Promise<Response> {
  return hub.fetch('/api/v1/session', { method: 'POST', headers, body: { token } });
}

async function leavesOf(userId: string): Promise<{ act: string }[]> {
  await sequenceTenant(database.db, database.tenantId);
  return database.asOwner('select act from ledger_leaf where object_id = $1 order by index', [userId]);
}

describe('signing in', () => {
  test('works once with a link, and is in the ledger once', async () => {
    const { token, userId, name } = await hub.makeLink('auditor');
    const first = await signIn(token);
    expect(first.status).toBe(200);
    const opened = parseExactly(session, await first.json());
    expect(opened).toMatchObject({ user: { id: userId, name, role: 'auditor' } });
    expect(opened.tenant.id).toBe(database.tenantId);
    expect(opened.acts).toContain('recording.list');
    expect(opened.acts).not.toContain('recording.play');
    const again = await signIn(token);
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await readProblem(again, 401)).toMatchObject({ code: 'unauthenticated' });
    expect(await leavesOf(userId)).toEqual([{ act: 'session.started' }]);
  });

  test('works for one of several browsers that open the link at once', async () => {
    const { token, userId } = await hub.makeLink('auditor');
    const answers = await Promise.all(Array.from({ length: 6 }, () => signIn(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    expect(await leavesOf(userId)).toHaveLength(1);
  });

  test('works with the link that the command line prints, whose secret no server log can see', async () => {
    const link = new URL(await makeSignInLink(database.db, database.tenantId, hub.url, new Date()));
    expect({ path: link.pathname, query: link.search }).toEqual({ path: '/sign-in', query: '' });
    expect((await signIn(link.hash.slice(1))).status).toBe(200);
  });

  test('is refused with a link that has expired, is unknown or is none', async () => {
    hub.setNow(new Date(NOON));
    const { token } = await hub.makeLink('auditor', { lifeMs: 15 * MINUTE });
    hub.setNow(new Date(NOON + 15 * MINUTE));
    const changed = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const elsewhere = `${'0'.repeat(32)}${token.slice(32)}`;
    for (const bad of [token, changed, elsewhere, 'x'.repeat(76), `${token}.${token}`, `${token}\n`]) {
      const answer = await signIn(bad);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await readProblem(answer, 401)).toMatchObject({ code: 'unauthenticated' });
    }
    hub.setNow(new Date(NOON + 15 * MINUTE - 1));
    expect((await signIn(token)).status).toBe(200);
  });

  test('names the field of a body that is not one', async () => {
    for (const body of [{}, { token: 7 }, { token: 'short' }, { token: 'x'.repeat(401) }, []]) {
      const answer = hub.fetch('/api/v1/session', { method: 'POST', headers: CONSOLE, body });
      expect((await readProblem(answer, 400)).field).toMatch(/^\/body/);
    }
    const { token } = await hub.makeLink('auditor');
    const more = hub.fetch('/api/v1/session', {
      method: 'POST',
      headers: CONSOLE,
      body: { token, role: 'x' },
    });
    expect(await readProblem(more, 400)).toMatchObject({ field: '/body/role' });
    expect((await signIn(token)).status).toBe(200); // the refused request did not use it up
  });

  test('is refused to a page that is not our console, and the link stays good', async () => {
    const { token } = await hub.makeLink('auditor');
    expect(await readProblem(signIn(token, {}), 403)).toMatchObject({ code: 'forbidden' });
    expect(await readProblem(signIn(token, { 'X-Holdfast-Console': '0' }), 403)).toMatchObject({
      code: 'forbidden',
    });
    expect((await signIn(token)).status).toBe(200);
  });
});

describe('the session cookie', () => {
  test('cannot be read by scripts, goes with no foreign request and ends with the session', async () => {
    hub.setNow(new Date(NOON));
    const { token } = await hub.makeLink('auditor');
    const [cookie] = (await signIn(token)).headers.getSetCookie();
    const attributes = cookie!.split('; ').slice(1);
    expect(attributes).toEqual(
      expect.arrayContaining([
        'HttpOnly',
        'SameSite=Strict',
        'Path=/',
        'Expires=Mon, 16 Nov 2026 22:00:00 GMT',
      ]),
    );
    expect(attributes).not.toContain('Secure');
  });

  test('goes over HTTPS only where the console is reached by it', async () => {
    const secure = await startTestHub(database, { secureCookies: true });
    try {
      const { token } = await secure.makeLink('auditor');
      const request = { method: 'POST', headers: CONSOLE, body: { token } };
      const answer = await secure.fetch('/api/v1/session', request);
      expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/);
    } finally {
      await secure.close();
    }
  });

  test('holds a secret that stands in no row and in no line of the log', async () => {
    const { token } = await hub.makeLink('auditor');
    const answer = await signIn(token);
    const cookie = answer.headers.getSetCookie()[0]!.split(/[=;]/)[1]!;
    const tables = ['session', 'sign_in_link', 'ledger_pending', 'ledger_leaf', 'ledger_opening'];
    for (const secret of [token, cookie]) {
      for (const table of tables) {
        const found = await database.asOwner(
          `select from ${table} r where position($1 in r::text) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in r::text) > 0`,
          [secret],
        );
        expect({ table, found: found.length }).toEqual({ table, found: 0 });
      }
      expect(hub.log.join('\n')).not.toContain(secret);
      expect(await answer.clone().text()).not.toContain(secret);
    }
  });
});

describe('a session', () => {
  test('says who is signed in, until it is ended; then its cookie is worth nothing', async () => {
    const person = await hub.signIn('compliance_officer');
    expect(await person.read(session, '/api/v1/session')).toMatchObject({ user: { id: person.userId } });
    const ended = await person.fetch('/api/v1/session', { method: 'DELETE' });
    expect(ended.status).toBe(204);
    expect(ended.headers.getSetCookie()[0]).toMatch(/^holdfast_session=;.*Expires=Thu, 01 Jan 1970/);
    await readProblem(person.fetch('/api/v1/session'), 401);
    await readProblem(person.fetch('/api/v1/session', { method: 'DELETE' }), 401);
    expect(await leavesOf(person.userId)).toEqual([{ act: 'session.started' }, { act: 'session.ended' }]);
  });

  test('ends by itself after a working day', async () => {
    hub.setNow(new Date(NOON));
    const person = await hub.signIn('auditor');
    hub.setNow(new Date(NOON + 600 * MINUTE - 1));
    expect((await person.fetch('/api/v1/session')).status).toBe(200);
    hub.setNow(new Date(NOON + 600 * MINUTE));
    await readProblem(person.fetch('/api/v1/session'), 401);
  });

  test('is not opened by a cookie that is none, nor by the secret of the link', async () => {
    const { token } = await hub.makeLink('administrator');
    for (const value of ['', 'x', token, `${token}x`, '..', '%00', '"quoted"', 'a'.repeat(4000)]) {
      const answer = hub.fetch('/api/v1/session', { headers: { cookie: `holdfast_session=${value}` } });
      await readProblem(answer, 401);
    }
  });

  test('of one tenant opens nothing in another, whatever stands in front of its secret', async () => {
    const other = await database.addTenant();
    const person = await hub.signIn('administrator');
    const forged = person.cookie.replace(/=[0-9a-f]{32}/, `=${other.replaceAll('-', '')}`);
    await readProblem(hub.fetch('/api/v1/session', { headers: { cookie: forged } }), 401);
  });
});

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import { DEFAULT_ACCESS_RULES } from '../../../../recorder-core/policy/access-alert.ts';
import { listUnwatchedTenants } from '../../../../recorder-core/records/access-watch.ts';
import { openPool } from '../../../../recorder-core/records/database.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { raiseAccessAlerts } from '../../../../recorder-core/records/raise-access-alerts.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  CONSOLE,
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import type { EndedApproval } from '../../../worker/approval-consumers.ts';
import { approvalDetail } from '../../schemas/approval.ts';
import { configurationPage } from '../../schemas/configuration.ts';
import { parseCountryRanges } from '../../../identity/country-ranges.ts';
import { renderEvent } from '../../../webhooks/out/render-event.ts';
import {
  accessAlertDetail,
  accessAlertPage,
  standingAccessRules,
  type StandingAccessRules,
} from '../../schemas/access-alert.ts';
import { settleAccessRules } from '../../../incidents/settle-access-rules.ts';

jest.setTimeout(120_000); // calls are placed in real time

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let dispatcher: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database, { countryHeader: 'X-Country' });
  officer = await hub.signIn('compliance_officer');
  dispatcher = openPool(database.dispatcherUrl, 1);
});
afterAll(async () => {
  await dispatcher.end();
  await hub.close();
  await database.close();
});

const page = (query = '') => officer.read(accessAlertPage, `/api/v1/access-alerts?${query}`);
const alerts = async () => (await page('limit=200')).items;
const alertsOf = async (userId: string) => (await alerts()).filter(({ person }) => person.id === userId);

/** What a worker does again and again. */
async function look(now = new Date()): Promise<number> {
  await sequenceTenant(database.db, database.tenantId);
  return raiseAccessAlerts(database.db, {
    tenantId: database.tenantId,
    now,
    newId: (at) => newId(at.getTime()),
  });
}

async function play(
  person: { readonly id: string; readonly name: string },
  times: number,
  at = new Date(),
  recording?: string,
) {
  await database.db.forTenant(database.tenantId, async (tx) => {
    for (let n = 0; n < times; n += 1)
      await appendLeaf(
        tx,
        database.tenantId,
        {
          at,
          act: 'recording.played',
          object: { type: 'recording', id: recording ?? newId(Date.now()) },
          outcome: 'allowed',
        },
        actedBy(person),
      );
  });
}

const RULES = '/api/v1/access-rules';
const rules = () => officer.read(standingAccessRules, RULES);
/** The rules that stand, but for a change, made from their version. */
async function changed(change: object) {
  const { bulk, hours, newCountry, quietHours, version } = await rules();
  return { bulk, hours, newCountry, quietHours, version, ...change };
}
const set = async (change: object): Promise<StandingAccessRules> =>
  officer.read(standingAccessRules, RULES, { method: 'POST', body: await changed(change) });
/** A second person decides, and the answer is told as the worker does. */
async function answer(approvalId: string, verb: 'approve' | 'refuse'): Promise<void> {
  const second = await hub.signIn('compliance_officer');
  const body = verb === 'approve' ? {} : { reason: 'No, we want to know.' };
  const response = await second.fetch(`/api/v1/approvals/${approvalId}/${verb}`, { method: 'POST', body });
  expect(response.status).toBe(200);
  const [row] = await database.asOwner<{ payload: EndedApproval }>(
    "select payload from outbox where topic = 'approval.ended' and payload ->> 'approvalId' = $1",
    [approvalId],
  );
  const ended = { ...row!.payload, tenantId: database.tenantId };
  for (let told = 0; told < 2; told += 1) await settleAccessRules(database.db, ended, new Date());
}

const somebody = (name: string) => ({ id: newId(Date.now()), name });

describe('unusual access', () => {
  test('in bulk is one alert, leaf, incident and event, once in a while, and names nobody outside', async () => {
    const person = somebody('Erika Mustermann');
    await play(person, 49);
    expect(await look()).toBe(0);
    await play(person, 1);
    expect(await listUnwatchedTenants(dispatcher)).toEqual([]);
    await sequenceTenant(database.db, database.tenantId);
    expect(await listUnwatchedTenants(dispatcher)).toEqual([database.tenantId]);
    expect(await Promise.all([look(), look()])).toContain(1);
    expect(await alertsOf(person.id)).toMatchObject([{ kind: 'bulk', count: 50 }]);
    await play(person, 60);
    expect(await look()).toBe(0);
    expect(await alertsOf(person.id)).toHaveLength(1);
    const incidents = await database.asOwner<{ title: string; state: string }>(
      'select title, state from incident where natural_key = $1',
      [`access/bulk/${person.id}`],
    );
    expect(incidents).toHaveLength(1);
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ index: number; body: Buffer }>(
      "select index, body from ledger_leaf where act = 'access.alerted' and object_id = $1",
      [person.id],
    );
    const event = renderEvent(database.tenantId, leaf!.index, 'access.alerted', leaf!.body);
    expect(event.data.facts).toMatchObject({ kind: 'bulk', count: 50 });
    expect(JSON.stringify([event, incidents])).not.toContain('Mustermann');
    await play(person, 50, new Date(Date.now() + 25 * 3_600_000));
    expect(await look(new Date(Date.now() + 25 * 3_600_000))).toBe(1);
  });

  test('off hours counts once hours are stated', async () => {
    const person = somebody('N. Owl');
    const sunday = new Date('2026-11-22T12:00:00Z');
    await play(person, 2, sunday);
    expect(await look()).toBe(0);
    const hours = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' };
    expect(await set({ hours })).toMatchObject({ ...DEFAULT_ACCESS_RULES, hours, waiting: null });
    await play(person, 2, sunday);
    await look();
    expect(await alertsOf(person.id)).toMatchObject([{ kind: 'off-hours', count: 2 }]);
    const { waiting } = await set({ hours: null, reason: 'Nobody has fixed hours.' });
    await answer(waiting!.approvalId, 'approve');
    expect(await rules()).toMatchObject({ ...DEFAULT_ACCESS_RULES, waiting: null });
  });

  test('from a new country is what the proxy says of a sign-in; the first one is home', async () => {
    const signIn = async (userId: string, headers: Record<string, string>) => {
      const { token, userId: made } = await hub.makeLink('auditor');
      const wanted = userId === '' ? made : userId;
      await database.asOwner('update sign_in_link set user_id = $1 where user_id = $2', [wanted, made]);
      const response = await hub.fetch('/api/v1/session', {
        method: 'POST',
        headers: { ...CONSOLE, ...headers },
        body: { token },
      });
      expect(response.status).toBe(200);
      return wanted;
    };
    const userId = await signIn('', { 'X-Country': 'de' });
    for (const country of ['DE', 'XX', 'T1', 'nonsense']) await signIn(userId, { 'X-Country': country });
    await signIn(userId, {});
    await look();
    expect(await alertsOf(userId)).toEqual([]);
    await signIn(userId, { 'X-Country': 'BR' });
    await look();
    const [raised] = await alertsOf(userId);
    expect(raised).toMatchObject({ kind: 'new-country', count: 1 });
    const detail = await officer.read(accessAlertDetail, `/api/v1/access-alerts/${raised!.id}`);
    expect(detail).toMatchObject({ country: 'BR', touched: [{ act: 'session.started' }], withheld: 0 });
    // Another country is another thing: it is told within the quiet hours too, for it will never be new again.
    for (const country of ['BR', 'JP', 'KE']) await signIn(userId, { 'X-Country': country });
    await look();
    const told = await Promise.all(
      (await alertsOf(userId)).map(({ id }) =>
        officer.read(accessAlertDetail, `/api/v1/access-alerts/${id}`),
      ),
    );
    expect(told.map(({ country }) => country).toSorted()).toEqual(['BR', 'JP', 'KE']);
    expect(new Set(told.map(({ incidentId }) => incidentId)).size).toBe(1);
    const leaves = await database.asOwner<{ text: string }>(
      "select convert_from(body, 'UTF8') as text from ledger_leaf where act = 'session.started'",
    );
    expect(leaves.some(({ text }) => /"BR"|"DE"/.test(text))).toBe(false);
  });
});

test('without a header the country of a sign-in is that of its address, by the ranges of the operator', async () => {
  const countries = parseCountryRanges('127.0.0.0/8,AT\n');
  const local = await startTestHub(database, { countries, countryHeader: 'X-Country' });
  const countryOfSession = async (headers: Record<string, string>) => {
    const { token, userId } = await local.makeLink('auditor');
    const body = { token };
    await local.fetch('/api/v1/session', { method: 'POST', headers: { ...CONSOLE, ...headers }, body });
    const [session] = await database.asOwner<{ country: string | null }>(
      'select country from session where user_id = $1',
      [userId],
    );
    return session?.country;
  };
  expect(await countryOfSession({})).toBe('AT');
  expect(await countryOfSession({ 'X-Country': 'BR' })).toBe('BR');
  await local.close();
});

describe('an alert', () => {
  test('shows what was touched, without what its reader may not see', async () => {
    const person = somebody('Piet Player');
    const [heard, walled] = [await recordCall(hub, { ms: 200 }), await recordCall(hub, { ms: 200 })];
    await database.asOwner("update recording set classification = 'hr' where id = $1", [walled.id]);
    for (const { id } of [heard, walled]) await play(person, 1, new Date(), id);
    await play(person, 48);
    await look();
    const [raised] = await alertsOf(person.id);
    const found = await officer.read(accessAlertDetail, `/api/v1/access-alerts/${raised!.id}`);
    expect(found).toMatchObject({ kind: 'bulk', country: null, acknowledged: null, own: false });
    // Of the others there is no row any more, and what is not there nobody may see.
    expect(found.touched).toEqual([
      expect.objectContaining({ act: 'recording.played', object: { type: 'recording', id: heard.id } }),
    ]);
    expect(found.withheld).toBe(49);
  });

  test('is taken note of once, with a reason, by who handles incidents and never by whom it is about', async () => {
    const culprit = await hub.signIn('compliance_officer');
    await play({ id: culprit.userId, name: culprit.name }, 50);
    await look();
    const [raised] = await alertsOf(culprit.userId);
    const note = (person: TestPerson, body: object) =>
      person.fetch(`/api/v1/access-alerts/${raised!.id}/acknowledge`, { method: 'POST', body });
    const own = await readProblem(note(culprit, { reason: 'Nothing to see' }), 403);
    expect(own.detail).toContain('access-alert/own');
    await readProblem(note(await hub.signIn('auditor'), { reason: 'Seen' }), 403);
    await readProblem(note(officer, { reason: ' ' }), 400);
    expect((await note(officer, { reason: 'Yearly review, agreed before' })).status).toBe(200);
    await readProblem(note(officer, { reason: 'Once more' }), 409);
    const acknowledged = { by: officer.name, reason: 'Yearly review, agreed before' };
    expect(await alertsOf(culprit.userId)).toMatchObject([{ acknowledged }]);
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ body: Buffer }>(
      "select body from ledger_leaf where act = 'access.acknowledged' and object_id = $1",
      [culprit.userId],
    );
    expect(JSON.parse(leaf!.body.toString())).toMatchObject({ facts: { alert: raised!.id, kind: 'bulk' } });
    expect(leaf!.body.toString()).not.toContain('Yearly review');
  });

  test('is found by kind, by person, and by whether somebody took note of it', async () => {
    const find = async (query: string) => (await page(`limit=200&${query}`)).items;
    const all = await alerts();
    expect(all.length).toBeGreaterThan(3);
    const [first] = all;
    expect(await find('kind=off-hours')).toEqual(all.filter(({ kind }) => kind === 'off-hours'));
    expect(await find(`person=${first!.person.id}`)).toEqual(
      all.filter(({ person }) => person.id === first!.person.id),
    );
    expect(await find('acknowledged=true')).toEqual(all.filter((each) => each.acknowledged !== null));
    expect(await find('acknowledged=false')).toEqual(all.filter((each) => each.acknowledged === null));
    await readProblem(officer.fetch('/api/v1/access-alerts?kind=boredom'), 400);
  });

  test('is listed page by page, each once and the youngest first, also where others come in between', async () => {
    const all = await alerts();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await page(`limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      seen.push(...items.map(({ id }) => id));
      if (cursor === undefined) {
        const late = somebody('L. Late');
        await play(late, 50);
        await look();
      }
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(all.map(({ id }) => id));
    await readProblem(officer.fetch('/api/v1/access-alerts?cursor=nonsense'), 400);
  });
});

describe('what is unusual', () => {
  test('is set by who handles incidents, with a leaf, from the version that was looked at alone', async () => {
    const engineer = await hub.signIn('engineer');
    await readProblem(engineer.fetch('/api/v1/access-alerts'), 403);
    const before = await rules();
    const after = await set({ quietHours: 12 });
    expect(after).toMatchObject({ version: before.version + 1, quietHours: 12, waiting: null });
    expect(await set({ quietHours: 12 })).toEqual(after);
    const stale = { ...(await changed({ quietHours: 6 })), version: before.version };
    const problem = await readProblem(officer.fetch(RULES, { method: 'POST', body: stale }), 409);
    expect(problem.field).toBe('/body/version');
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ body: Buffer }>(
      "select body from ledger_leaf where object_type = 'access-rules' order by index desc limit 1",
    );
    expect(JSON.parse(leaf!.body.toString())).toMatchObject({
      facts: { before: { quietHours: 24 }, after: { quietHours: 12 } },
    });
  });

  test('is loosened with a reason, and once a second person has agreed; who asked cannot', async () => {
    const before = await rules();
    const body = await changed({ newCountry: false });
    const without = await readProblem(officer.fetch(RULES, { method: 'POST', body }), 400);
    expect(without).toMatchObject({
      field: '/body/reason',
      detail: expect.stringContaining('second person'),
    });
    const asked = await set({ newCountry: false, reason: 'Everybody travels.' });
    expect(asked).toMatchObject({
      version: before.version,
      newCountry: true,
      waiting: { rules: { newCountry: false }, reason: 'Everybody travels.', requestedBy: officer.name },
    });
    const another = await changed({ bulk: null, reason: 'It is too loud.' });
    await readProblem(officer.fetch(RULES, { method: 'POST', body: another }), 409);
    const { approvalId } = asked.waiting!;
    expect(await officer.read(approvalDetail, `/api/v1/approvals/${approvalId}`)).toMatchObject({
      facts: { 'newCountry before': true, 'newCountry afterwards': false },
    });
    await readProblem(
      officer.fetch(`/api/v1/approvals/${approvalId}/approve`, { method: 'POST', body: {} }),
      403,
    );
    await answer(approvalId, 'approve');
    expect(await rules()).toMatchObject({ version: before.version + 1, newCountry: false, waiting: null });
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from ledger_leaf
        where object_type = 'access-rules' order by index desc limit 1`,
    );
    expect(JSON.parse(leaf!.text)).toMatchObject({
      act: 'configuration.changed',
      facts: { before: { newCountry: true }, after: { newCountry: false }, approval: approvalId },
    });
    expect(leaf!.text).not.toContain('Everybody travels');
  });

  test('stays as it is where the second person refuses, or other rules came into force before the answer', async () => {
    const refused = await set({ quietHours: 48, reason: 'Less noise.' });
    await answer(refused.waiting!.approvalId, 'refuse');
    expect(await rules()).toMatchObject({ quietHours: 12, waiting: null });
    const asked = await set({ quietHours: 48, reason: 'Less noise.' });
    const stricter = await set({ quietHours: 6 });
    await answer(asked.waiting!.approvalId, 'approve');
    expect(await rules()).toEqual({ ...stricter, waiting: null });
  });

  test('is kept with every version, by whom and why', async () => {
    const { items } = await officer.read(configurationPage, '/api/v1/configuration?kind=access-rules');
    expect(items.map(({ state }) => state)).toEqual(['current', ...items.slice(1).map(() => 'former')]);
    expect(items).toContainEqual(expect.objectContaining({ by: officer.name, note: 'Everybody travels.' }));
  });

  test.each([
    [{ bulk: { recordings: 1, minutes: 60 } }, '/bulk/recordings'],
    [{ hours: { zone: 'Mars/Base', days: [1], from: '07:00', to: '20:00' } }, '/hours/zone'],
    [{ hours: { zone: 'UTC', days: [8], from: '07:00', to: '20:00' } }, '/hours/days/0'],
    [{ hours: { zone: 'UTC', days: [1], from: '7', to: '20:00' } }, '/hours/from'],
    [{ quietHours: 0 }, '/quietHours'],
  ])('%j is refused by its field', async (change, field) => {
    const body = await changed(change);
    const problem = await readProblem(officer.fetch(RULES, { method: 'POST', body }), 400);
    expect(problem.field).toBe(`/body${field}`);
  });
});

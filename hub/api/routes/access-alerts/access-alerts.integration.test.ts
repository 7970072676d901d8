import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import { z } from 'zod';
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
import { parseCountryRanges } from '../../../identity/country-ranges.ts';
import { renderEvent } from '../../../webhooks/out/render-event.ts';
import { accessAlert, accessAlertDetail, accessRules } from '../../schemas/access-alert.ts';

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

const alerts = async () =>
  (await officer.read(z.object({ items: z.array(accessAlert) }), '/api/v1/access-alerts')).items;
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
    const body = { ...DEFAULT_ACCESS_RULES, hours };
    expect(await officer.read(accessRules, '/api/v1/access-rules', { method: 'POST', body })).toEqual(body);
    await play(person, 2, sunday);
    await look();
    expect(await alertsOf(person.id)).toMatchObject([{ kind: 'off-hours', count: 2 }]);
    await officer.read(accessRules, '/api/v1/access-rules', { method: 'POST', body: DEFAULT_ACCESS_RULES });
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
    const find = async (query: string) =>
      (await officer.read(z.object({ items: z.array(accessAlert) }), `/api/v1/access-alerts?${query}`)).items;
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
});

describe('what is unusual', () => {
  test('has defaults, and is set by who handles incidents, with a leaf', async () => {
    expect(await officer.read(accessRules, '/api/v1/access-rules')).toEqual(DEFAULT_ACCESS_RULES);
    const engineer = await hub.signIn('engineer');
    await readProblem(engineer.fetch('/api/v1/access-alerts'), 403);
    const body = { ...DEFAULT_ACCESS_RULES, quietHours: 12 };
    await officer.read(accessRules, '/api/v1/access-rules', { method: 'POST', body });
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ body: Buffer }>(
      "select body from ledger_leaf where object_type = 'access-rules' order by index desc limit 1",
    );
    expect(JSON.parse(leaf!.body.toString())).toMatchObject({
      facts: { before: { quietHours: 24 }, after: { quietHours: 12 } },
    });
  });

  test.each([
    [{ bulk: { recordings: 1, minutes: 60 } }, '/bulk/recordings'],
    [{ hours: { zone: 'Mars/Base', days: [1], from: '07:00', to: '20:00' } }, '/hours/zone'],
    [{ hours: { zone: 'UTC', days: [8], from: '07:00', to: '20:00' } }, '/hours/days/0'],
    [{ hours: { zone: 'UTC', days: [1], from: '7', to: '20:00' } }, '/hours/from'],
    [{ quietHours: 0 }, '/quietHours'],
  ])('%j is refused by its field', async (change, field) => {
    const body = { ...DEFAULT_ACCESS_RULES, ...change };
    const problem = await readProblem(officer.fetch('/api/v1/access-rules', { method: 'POST', body }), 400);
    expect(problem.field).toBe(`/body${field}`);
  });
});

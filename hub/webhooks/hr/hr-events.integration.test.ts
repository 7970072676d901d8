import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { lockPerson } from '../../../recorder-core/records/people.ts';
import { setRoleMapping } from '../../../recorder-core/records/role-mappings.ts';
import { searchLeaves } from '../../../recorder-core/records/search-leaves.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../../test/support/webhook-connection.ts';
import { directories, hrPreview } from '../../api/schemas/directory.ts';
import { processEvent } from '../process-event.ts';
import { compileHrMapping } from './compile-hr-mapping.ts';

let database: TestDatabase;
let hub: TestHub;
let administrator: TestPerson;
const SECRET = 'vendor-made-secret-of-32-letters';

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  administrator = await hub.signIn('administrator');
  await inTenant(async (tx) => {
    const by = { by: administrator.userId, at: new Date().toISOString() };
    const legal = { id: randomUUID(), department: 'Legal', job: null, role: 'compliance_officer' };
    await setRoleMapping(tx, database.tenantId, { ...legal, ...by });
  });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const byExternal = (externalId: string) => inTenant((tx) => lockPerson(tx, { externalId }));
const mappingOf = async (vendor: string): Promise<unknown> =>
  parse(await readFile(`examples/hr-events/${vendor}.yaml`, 'utf8'));

/** A connection that is read by an example, with the vendor's own secret where it makes one. */
async function connect(vendor: string, secret?: string): Promise<TestSender> {
  const sender = await openTestSender(hub, ['hr.*']);
  const body = { mapping: await mappingOf(vendor), secret };
  const path = `/api/v1/connections/${sender.connectionId}/hr-mapping`;
  const answer = await administrator.fetch(path, { method: 'POST', body });
  expect([answer.status, await answer.text()]).toEqual([200, JSON.stringify({ id: sender.connectionId })]);
  return sender;
}
const post = (sender: TestSender, body: string, headers: Record<string, string>) =>
  fetch(`${hub.url}${sender.path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Has everything that was received processed; answers how the newest events of a connection ended. */
async function processAll(sender: TestSender): Promise<{ state: string; reason: string | null }[]> {
  const waiting = await database.asOwner<{ id: string }>(
    "select id from inbound_event where state = 'received' order by received_at, id",
  );
  const deps = {
    db: database.db,
    packs: hub.services.packs,
    journal: () => Promise.resolve(hub.services.journal),
    newId: (at: Date) => newId(at.getTime()),
    now: () => new Date(),
  };
  for (const { id } of waiting)
    await processEvent(deps, { tenantId: database.tenantId, eventId: id }).catch(() => undefined);
  return database.asOwner(
    'select state, reason from inbound_event where connection_id = $1 order by received_at, id',
    [sender.connectionId],
  );
}

const bamboo = (employees: object[], { key = SECRET, at = new Date() } = {}) => {
  const body = JSON.stringify({ employees });
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(body).update(timestamp).digest('hex');
  return { body, headers: { 'X-BambooHR-Signature': signature, 'X-BambooHR-Timestamp': timestamp } };
};
const employee = (
  id: string,
  action: string,
  fields: Record<string, string> = {},
  changed: string[] = [],
) => ({
  id,
  action,
  timestamp: new Date().toISOString(),
  changedFields: changed,
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }])),
});
const NAMED = { firstName: 'Hanna', lastName: 'Example', department: 'Legal', jobTitle: 'Counsel' };

describe('BambooHR', () => {
  test('hires, moves, suspends, takes back and lets go, several people in one message', async () => {
    const sender = await connect('bamboohr', SECRET);
    const [one, two] = [randomUUID(), randomUUID()];
    const tell = async (...employees: object[]) => {
      const { body, headers } = bamboo(employees);
      expect((await post(sender, body, headers)).status).toBe(202);
      return processAll(sender);
    };
    await tell(employee(one, 'Created', NAMED), employee(two, 'Created', { ...NAMED, supervisorEId: one }));
    expect(await byExternal(one)).toMatchObject({
      role: 'compliance_officer',
      name: 'Hanna Example',
      job: 'Counsel',
    });
    expect((await byExternal(two))?.managerId).toBe((await byExternal(one))?.id);
    await tell(employee(one, 'Updated', { department: 'Sales' }, ['department']));
    expect(await byExternal(one)).toMatchObject({ role: 'none', department: 'Sales', job: 'Counsel' });
    await tell(employee(one, 'Updated', { status: 'Inactive' }, ['status']));
    expect((await byExternal(one))?.status).toBe('suspended');
    await tell(employee(one, 'Updated', { status: 'Active' }, ['status']));
    expect((await byExternal(one))?.status).toBe('active');
    const ends = await tell(
      employee(one, 'Deleted'),
      employee(two, 'Updated', { employmentStatus: 'Terminated' }),
    );
    expect((await byExternal(one))?.status).toBe('left');
    expect((await byExternal(two))?.status).toBe('left');
    expect(ends.every(({ state }) => state === 'done')).toBe(true);
  });

  test('what no operation fits is refused and shown, and processed once the mapping knows it', async () => {
    const sender = await connect('bamboohr', SECRET);
    const id = randomUUID();
    const { body, headers } = bamboo([employee(id, 'Archived', NAMED)]);
    expect((await post(sender, body, headers)).status).toBe(202);
    expect(await processAll(sender)).toMatchObject([
      { state: 'refused', reason: expect.stringMatching(/No operation/) },
    ]);
    const list = await administrator.fetch(`/api/v1/events?connectionId=${sender.connectionId}`);
    const { items } = (await list.json()) as { items: { id: string; type: string; reason: string }[] };
    expect(items).toMatchObject([{ type: 'hr.reported', reason: expect.stringMatching(/No operation/) }]);
    const mapping = (await mappingOf('bamboohr')) as { operations: object[] };
    mapping.operations.push({ when: 'record.action == "Archived"', operation: 'hire' });
    const path = `/api/v1/connections/${sender.connectionId}/hr-mapping`;
    await administrator.fetch(path, { method: 'POST', body: { mapping } });
    await administrator.fetch(`/api/v1/events/${items[0]!.id}/process`, { method: 'POST', body: {} });
    expect(await processAll(sender)).toMatchObject([{ state: 'done' }]);
    expect((await byExternal(id))?.status).toBe('active');
  });

  test('what is forged, old, without its headers, or sent again changes nothing', async () => {
    const sender = await connect('bamboohr', SECRET);
    const told = [employee(randomUUID(), 'Created', NAMED)];
    const forged = bamboo(told, { key: 'another-secret-of-32-letters-xxx' });
    await readProblem(post(sender, forged.body, forged.headers), 401);
    const old = bamboo(told, { at: new Date(Date.now() - 6 * 60_000) });
    await readProblem(post(sender, old.body, old.headers), 401);
    const good = bamboo(told);
    await readProblem(post(sender, good.body, {}), 400);
    await readProblem(post(sender, `${good.body} `, good.headers), 401);
    await readProblem(post(sender, ...of(bamboo([]))), 400);
    expect(await processAll(sender)).toEqual([]);
    const first = (await (await post(sender, ...of(good))).json()) as { id: string };
    const again = await (await post(sender, ...of(good))).json();
    expect(again).toEqual({ id: first.id, duplicate: true });
    expect(await processAll(sender)).toHaveLength(1);
    const leaves = await inTenant((tx) => searchLeaves(tx, { objectId: sender.connectionId, limit: 20 }));
    expect(leaves.filter(({ act }) => act === 'event.refused')).toHaveLength(5);
  });
});
const of = ({ body, headers }: ReturnType<typeof bamboo>) => [body, headers] as const;

test('Workday hires at a date and lets go, by a name and a password', async () => {
  const sender = await connect('workday');
  const employeeId = randomUUID();
  const tell = async (businessProcess: string, more: object = {}, password = sender.secret) => {
    const worker = { employeeId, preferredName: 'Hanna', position: { supervisoryOrganization: 'Legal' } };
    const completedAt = new Date().toISOString();
    const body = JSON.stringify({ eventId: randomUUID(), completedAt, businessProcess, worker, ...more });
    const authorization = `Basic ${Buffer.from(`workday:${password}`).toString('base64')}`;
    const { status } = await post(sender, body, { authorization });
    await processAll(sender);
    return status;
  };
  expect(await tell('Hire Employee', {}, 'guessed')).toBe(401);
  expect(await byExternal(employeeId)).toBeUndefined();
  expect(await tell('Hire Employee')).toBe(202);
  expect(await byExternal(employeeId)).toMatchObject({ status: 'active', role: 'compliance_officer' });
  const effectiveDate = new Date(Date.now() + 86_400_000).toISOString();
  expect(await tell('Terminate Employee', { effectiveDate })).toBe(202);
  expect((await byExternal(employeeId))?.status).toBe('active'); // until tomorrow
  expect(await tell('Place Worker on Leave')).toBe(202);
  expect((await byExternal(employeeId))?.status).toBe('suspended');
});

test('SAP SuccessFactors moves somebody, by a signature over time and body', async () => {
  const sender = await connect('successfactors', SECRET);
  const userId = randomUUID();
  const tell = async (...types: string[]) => {
    const params = { fullName: 'Hanna Example', department: 'Legal', jobTitle: 'Counsel' };
    const events = types.map((type) => ({ type: `com.successfactors.Event.${type}`, userId, params }));
    const body = JSON.stringify({
      header: { messageId: randomUUID(), publishedAt: new Date().toISOString() },
      events,
    });
    const timestamp = new Date().toISOString();
    const mac = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('base64');
    const headers = { 'X-Signature': `sha256=${mac}`, 'X-Timestamp': timestamp };
    expect((await post(sender, body, headers)).status).toBe(202);
    return (await processAll(sender)).at(-1);
  };
  await tell('Hire');
  expect(await byExternal(userId)).toMatchObject({ status: 'active', department: 'Legal' });
  await tell('LeaveOfAbsence', 'ReturnToWork');
  expect((await byExternal(userId))?.status).toBe('active');
  expect(await tell('Sabbatical')).toMatchObject({ state: 'refused' });
  await tell('Termination');
  expect((await byExternal(userId))?.status).toBe('left');
});

describe('a mapping', () => {
  const good = {
    format: 'holdfast-hr-events/1',
    signature: { scheme: 'basic', username: 'x' },
    person: 'record.id',
    operations: [{ when: 'true', operation: 'leave' }],
  };
  const signed = { scheme: 'hmac-sha256', header: 'X-Sig', timestamp: { header: 'X-Time' } };
  test.each([
    [{ ...good, format: 'other' }, '/mapping/format'],
    [{ ...good, person: 'record.' }, '/mapping/person'],
    [{ ...good, operations: [{ when: 'record.id +', operation: 'leave' }] }, '/mapping/operations/0/when'],
    [{ ...good, operations: [{ when: 'true', operation: 'promote' }] }, '/mapping/operations/0/operation'],
    [{ ...good, place: { role: '"administrator"' } }, '/mapping/place/role'],
    [{ ...good, signature: { scheme: 'none' } }, '/mapping/signature/scheme'],
    [{ ...good, signature: { ...signed, signed: ['timestamp'] } }, '/mapping/signature/signed'],
    [{ ...good, signature: { ...signed, signed: ['body'] } }, '/mapping/signature/signed'],
    [
      { ...good, signature: { ...signed, timestamp: undefined, signed: ['timestamp', '.', 'body'] } },
      '/mapping/signature/signed',
    ],
  ])('that cannot be used is refused with its field', (mapping, field) => {
    expect(() => compileHrMapping(mapping)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }) as unknown as Error,
    );
  });

  test('is for connections that may send such events', async () => {
    const { connectionId } = await openTestSender(hub, ['ticket.*']);
    const path = `/api/v1/connections/${connectionId}/hr-mapping`;
    await readProblem(administrator.fetch(path, { method: 'POST', body: { mapping: good } }), 409);
    const other = `/api/v1/connections/${randomUUID()}/hr-mapping`;
    await readProblem(administrator.fetch(other, { method: 'POST', body: { mapping: good } }), 404);
  });
});

test('the console is told of every way that people come in, and tries a mapping on a sample', async () => {
  const { connectionId } = await connect('workday');
  const told = await administrator.read(directories, '/api/v1/directories');
  expect(told.scim).toMatchObject({
    url: expect.stringMatching(/\/scim\/v2$/),
    users: 0,
    groups: 0,
    refused: [],
  });
  expect(told.hr).toContainEqual(
    expect.objectContaining({
      connectionId,
      mappingSetAt: expect.any(String),
      eventsUrl: expect.any(String),
    }),
  );
  const message = { businessProcess: 'Hire Employee', worker: { employeeId: 'w-1', preferredName: 'Hanna' } };
  const body = { mapping: await mappingOf('workday'), message };
  const read = await administrator.read(hrPreview, '/api/v1/hr-mapping/preview', { method: 'POST', body });
  expect(read).toEqual({
    fault: null,
    changes: [{ error: null, operation: 'hire', said: { person: 'w-1', name: 'Hanna' } }],
  });
  const officer = await hub.signIn('compliance_officer');
  await readProblem(officer.fetch('/api/v1/hr-mapping/preview', { method: 'POST', body }), 403);
});

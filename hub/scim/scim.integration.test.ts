import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readPerson } from '../../recorder-core/records/people.ts';
import { replaceRoleRules } from '../../recorder-core/records/role-rules.ts';
import { setRoleMapping } from '../../recorder-core/records/role-mappings.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { openScimClient, type ScimClient } from '../../test/support/scim-client.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { PATCH_URN } from './patch/read-patch.ts';
import { GROUP_URN } from './schemas/group-schema.ts';
import { ENTERPRISE_URN, USER_URN } from './schemas/user-schema.ts';

let database: TestDatabase;
let hub: TestHub;
let directory: ScimClient;
const boss = { id: randomUUID(), name: 'Boss', role: 'administrator' };

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  directory = await openScimClient(hub);
  await inTenant(async (tx) => {
    await insertUser(tx, database.tenantId, boss);
    const by = { by: boss.id, at: new Date().toISOString() };
    const legal = { id: randomUUID(), department: 'Legal', job: null, role: 'compliance_officer' };
    await setRoleMapping(tx, database.tenantId, { ...legal, ...by });
    const rules = [{ id: 'recorders', when: '"Recorders" in groups', role: 'engineer' }];
    await replaceRoleRules(tx, database.tenantId, { from: 0, rules, by: boss.id, at: new Date() });
  });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const personOf = (id: string) => inTenant((tx) => readPerson(tx, id));
const actsAbout = async (objectId: string) =>
  (await inTenant((tx) => searchLeaves(tx, { objectId, limit: 50 }))).map(({ act }) => act).toReversed();
const patchOf = (...Operations: object[]) => ({ schemas: [PATCH_URN], Operations });

/** A user as directories describe them. */
function userOf(change: object = {}): { userName: string } {
  const userName = `${randomUUID()}@example.com`;
  return {
    schemas: [USER_URN, ENTERPRISE_URN],
    userName,
    displayName: `Person ${userName}`,
    active: true,
    emails: [{ value: userName, type: 'work', primary: true }],
    ...change,
  } as never;
}
async function add(change: object = {}): Promise<{ id: string; userName: string; version: string }> {
  const { status, body } = await directory.send('POST', '/Users', userOf(change));
  expect(status).toBe(201);
  return { id: body.id, userName: body.userName, version: body.meta.version };
}
async function addGroup(displayName: string, ...members: string[]): Promise<string> {
  const { status, body } = await directory.send('POST', '/Groups', {
    schemas: [GROUP_URN],
    displayName,
    members: members.map((value) => ({ value })),
  });
  expect(status).toBe(201);
  return body.id;
}

describe('the life of somebody whom a directory describes', () => {
  test('hires, moves, suspends, takes back and lets go, with the role of the place', async () => {
    const legal = { [ENTERPRISE_URN]: { department: 'Legal' } };
    const { id } = await add({ ...legal, externalId: randomUUID(), title: 'Counsel' });
    expect(await personOf(id)).toMatchObject({
      role: 'compliance_officer',
      status: 'active',
      department: 'Legal',
      job: 'Counsel',
    });
    const sales = { op: 'replace', path: `${ENTERPRISE_URN}:department`, value: 'Sales' };
    expect((await directory.send('PATCH', `/Users/${id}`, patchOf(sales))).status).toBe(200);
    expect(await personOf(id)).toMatchObject({ role: 'none', department: 'Sales' });
    const set = (active: unknown) => patchOf({ op: 'replace', value: { active } });
    expect((await directory.send('PATCH', `/Users/${id}`, set(false))).body.active).toBe(false);
    expect((await personOf(id))?.status).toBe('suspended');
    expect((await directory.send('PATCH', `/Users/${id}`, set('True'))).body.active).toBe(true);
    expect((await personOf(id))?.status).toBe('active');
    expect((await directory.send('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await personOf(id))?.status).toBe('left');
    expect((await directory.send('GET', `/Users/${id}`)).status).toBe(404);
    expect(await actsAbout(id)).toEqual([
      'person.hired',
      'account.added',
      'person.moved',
      'account.changed',
      'person.suspended',
      'access.ended',
      'account.changed',
      'person.resumed',
      'account.changed',
      'person.left',
      'access.ended',
      'account.removed',
    ]);
  });

  test('ends sessions with the commit of the deactivation', async () => {
    const person = await hub.signIn('auditor');
    const email = `${randomUUID()}@example.com`;
    await database.asOwner('update app_user set email = $2 where id = $1', [person.userId, email]);
    const { id } = await add({ userName: email, emails: [{ value: email }] });
    expect(id).toBe(person.userId); // the same address: the person whom an identity provider let in before
    expect((await person.fetch('/api/v1/session')).status).toBe(200);
    await directory.send('PATCH', `/Users/${id}`, patchOf({ op: 'Replace', path: 'active', value: 'False' }));
    expect((await person.fetch('/api/v1/session')).status).toBe(401);
  });

  test('added inactive cannot sign in, and comes back after a leave by the same id of the directory', async () => {
    const externalId = randomUUID();
    const { id } = await add({ externalId, active: false });
    expect((await personOf(id))?.status).toBe('suspended');
    await directory.send('DELETE', `/Users/${id}`);
    const again = await add({ externalId });
    expect(again.id).toBe(id);
    expect((await personOf(id))?.status).toBe('active');
  });

  test('a manager is found by our id, the id of the directory, or the user name; nobody else is taken', async () => {
    const externalId = randomUUID();
    const manager = await add({ externalId });
    for (const value of [manager.id, externalId, manager.userName]) {
      const { id } = await add({ [ENTERPRISE_URN]: { manager: { value } } });
      expect((await personOf(id))?.managerId).toBe(manager.id);
    }
    const unknown = userOf({ [ENTERPRISE_URN]: { manager: { value: 'nobody' } } });
    expect((await directory.send('POST', '/Users', unknown)).body).toMatchObject({
      scimType: 'invalidValue',
    });
  });

  test('PUT leaves nothing but what it says, and lets nobody back in by leaving active out', async () => {
    const { id, userName } = await add({ nickName: 'Nick', title: 'Counsel', active: false });
    const { body } = await directory.send('PUT', `/Users/${id}`, { schemas: [USER_URN], userName });
    expect(body).not.toHaveProperty('nickName');
    expect(body).not.toHaveProperty('title');
    expect(body.active).toBe(false);
    expect(await personOf(id)).toMatchObject({ job: null, status: 'suspended' });
  });
});

describe('the last administrator', () => {
  test('cannot be deactivated or removed, and the directory is told why', async () => {
    const other = await database.addTenant();
    const lonely = await openScimClient(hub, { tenantId: other });
    const { body } = await lonely.send('POST', '/Users', userOf());
    await database.asOwner("update app_user set role = 'administrator' where id = $1", [body.id]);
    const off = await lonely.send(
      'PATCH',
      `/Users/${body.id}`,
      patchOf({ op: 'replace', value: { active: false } }),
    );
    expect(off).toMatchObject({ status: 409, body: { status: '409' } });
    expect(off.body.detail).toMatch(/last active administrator/);
    expect((await lonely.send('DELETE', `/Users/${body.id}`)).status).toBe(409);
    expect((await lonely.send('GET', `/Users/${body.id}`)).body.active).toBe(true);
  });
});

describe('groups', () => {
  test('are on their members, give roles by the rules, and take them back', async () => {
    const { id } = await add({ [ENTERPRISE_URN]: { department: 'Legal' } });
    const group = await addGroup('Recorders', id);
    const groups = async () =>
      (await database.asOwner<{ groups: string[] }>('select groups from app_user where id = $1', [id]))[0]
        ?.groups;
    expect(await groups()).toEqual(['Recorders']);
    expect((await personOf(id))?.role).toBe('engineer');
    expect((await directory.send('GET', `/Users/${id}`)).body.groups).toMatchObject([{ value: group }]);
    const rename = patchOf({ op: 'Replace', value: { id: group, displayName: 'Formers' } });
    expect((await directory.send('PATCH', `/Groups/${group}`, rename)).status).toBe(200);
    expect(await groups()).toEqual(['Formers']);
    expect((await personOf(id))?.role).toBe('compliance_officer'); // of the place again
    await directory.send('DELETE', `/Groups/${group}`);
    expect(await groups()).toEqual([]);
    expect((await directory.send('GET', `/Users/${id}`)).body).not.toHaveProperty('groups');
  });

  test('lose whoever goes, and have another version by it', async () => {
    const [one, two] = [await add(), await add()];
    const group = await addGroup(randomUUID(), one.id, two.id);
    const before = (await directory.send('GET', `/Groups/${group}`)).body;
    await directory.send('DELETE', `/Users/${one.id}`);
    const after = (await directory.send('GET', `/Groups/${group}`)).body;
    expect(after.members).toMatchObject([{ value: two.id, type: 'User' }]);
    expect(after.meta.version).not.toBe(before.meta.version);
  });

  test('take no groups, nobody unknown, and no name twice', async () => {
    const name = randomUUID();
    const inner = await addGroup(name);
    const wish = (displayName: string, ...members: object[]) =>
      directory.send('POST', '/Groups', { schemas: [GROUP_URN], displayName, members });
    expect((await wish(randomUUID(), { value: inner, type: 'Group' })).body.scimType).toBe('invalidValue');
    expect((await wish(randomUUID(), { value: inner })).body.scimType).toBe('invalidValue');
    expect((await wish(randomUUID(), { value: randomUUID() })).body.scimType).toBe('invalidValue');
    expect(await wish(name.toUpperCase())).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
  });

  test('are found by a member, and listed without members where these are not wanted', async () => {
    const { id } = await add();
    const group = await addGroup(randomUUID(), id);
    const filter = encodeURIComponent(`members[value eq "${id}"]`);
    const { body } = await directory.send('GET', `/Groups?filter=${filter}&excludedAttributes=members`);
    expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: group }] });
    expect(body.Resources[0]).not.toHaveProperty('members');
  });
});

describe('versions', () => {
  test('of a stale If-Match change nothing; a known one is not sent again', async () => {
    const { id, version } = await add();
    const title = patchOf({ op: 'replace', path: 'title', value: 'Head' });
    const changed = await directory.send('PATCH', `/Users/${id}`, title, { 'If-Match': version });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe(changed.body.meta.version);
    const stale = await directory.send('PUT', `/Users/${id}`, userOf(), { 'If-Match': version });
    expect(stale).toMatchObject({ status: 412, body: { status: '412' } });
    const known = { 'If-None-Match': changed.body.meta.version };
    expect((await directory.send('GET', `/Users/${id}`, undefined, known)).status).toBe(304);
    expect((await directory.send('PATCH', `/Users/${id}`, title)).body.meta).toEqual(changed.body.meta); // says nothing new
  });
});

describe('lists', () => {
  test('are found, sorted, paged and shown as asked', async () => {
    const key = randomUUID();
    for (const nickName of ['c', 'a', 'b']) await add({ nickName, userType: key });
    const list = async (query: string) => (await directory.send('GET', `/Users?${query}`)).body;
    const ofKey = `filter=${encodeURIComponent(`userType eq "${key}"`)}`;
    const sorted = await list(
      `${ofKey}&sortBy=nickName&sortOrder=descending&startIndex=2&count=1&attributes=nickName`,
    );
    expect(sorted).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(sorted.Resources).toEqual([{ schemas: expect.anything(), id: expect.anything(), nickName: 'b' }]);
    expect(await list(`${ofKey}&count=0`)).toMatchObject({ totalResults: 3, Resources: [] });
    const search = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: `userType eq "${key}"`,
    };
    expect((await directory.send('POST', '/Users/.search', search)).body.totalResults).toBe(3);
    expect((await directory.send('POST', '/.search', search)).body.totalResults).toBe(3);
  });

  test('find by every index what they find without', async () => {
    const externalId = randomUUID();
    const { id, userName } = await add({ externalId });
    const found = async (filter: string) =>
      (await directory.send('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.Resources.map(
        (one: { id: string }) => one.id,
      );
    for (const filter of [
      `id eq "${id}"`,
      `externalId eq "${externalId}"`,
      `userName eq "${userName.toUpperCase()}"`,
      `userName sw "${userName.slice(0, 30)}"`,
      `emails eq "${userName}"`,
      `emails[type eq "work" and value eq "${userName}"]`,
      `emails.value eq "${userName}" and active eq true`,
    ])
      expect([filter, await found(filter)]).toEqual([filter, [id]]);
    for (const filter of [
      'id eq "x"',
      `emails[type eq "home" and value eq "${userName}"]`,
      'userName sw "%"',
    ])
      expect([filter, await found(filter)]).toEqual([filter, []]);
  });

  test.each([
    'filter=userName',
    'filter=surname eq "x"',
    'sortBy=surname',
    'count=many',
    'attributes=id&excludedAttributes=meta',
  ])('%s is refused', async (query) => {
    const { status, body } = await directory.send('GET', `/Users?${encodeURI(query)}`);
    expect([status, body.status, typeof body.scimType]).toEqual([400, '400', 'string']);
  });
});

describe('a bulk', () => {
  const bulk = (Operations: object[], failOnErrors?: number) =>
    directory.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      failOnErrors,
      Operations,
    });

  test('adds people and a group of them, whatever their order', async () => {
    const displayName = randomUUID();
    const members = [{ value: 'bulkId:one' }, { value: 'bulkId:two' }];
    const { body } = await bulk([
      { method: 'POST', path: '/Groups', bulkId: 'g', data: { schemas: [GROUP_URN], displayName, members } },
      { method: 'POST', path: '/Users', bulkId: 'one', data: userOf() },
      { method: 'POST', path: '/Users', bulkId: 'two', data: userOf() },
      { method: 'PATCH', path: '/Users/bulkId:two', data: patchOf({ op: 'add', path: 'title', value: 'T' }) },
    ]);
    const statuses = body.Operations.map((one: { bulkId?: string; status: string }) => [
      one.bulkId,
      one.status,
    ]);
    expect(statuses).toEqual([
      ['one', '201'],
      ['two', '201'],
      [undefined, '200'],
      ['g', '201'],
    ]);
    const id = body.Operations[3].location.split('/').at(-1);
    expect((await directory.send('GET', `/Groups/${id}`)).body.members).toHaveLength(2);
  });

  test('stops after so many failures, and refuses what waits for itself', async () => {
    const bad = { method: 'POST', path: '/Users', data: { schemas: [USER_URN] } };
    const good = { method: 'POST', path: '/Users', bulkId: 'last', data: userOf() };
    const stopped = await bulk([{ ...bad, bulkId: 'a' }, { ...bad, bulkId: 'b' }, good], 2);
    expect(stopped.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['400', '400']);
    const circle = (bulkId: string, of: string) => ({
      method: 'POST',
      path: '/Groups',
      bulkId,
      data: { schemas: [GROUP_URN], displayName: bulkId, members: [{ value: `bulkId:${of}` }] },
    });
    const { body } = await bulk([circle('x', 'y'), circle('y', 'x'), circle('z', 'nothing')]);
    expect(body.Operations.map(({ status }: { status: string }) => status).sort()).toEqual([
      '400',
      '409',
      '409',
    ]);
  });
});

describe('who may push', () => {
  test('is a machine with the scope scim alone, of its own tenant', async () => {
    const engineer = await openScimClient(hub, { scope: ['recording.list'] });
    expect((await engineer.send('GET', '/Users')).status).toBe(403);
    expect(await actsAbout(engineer.clientId)).toContain('access.refused');
    const { status, headers } = await directory.send('GET', '/Users', undefined, {
      Authorization: 'Bearer nobody',
    });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="scim"']);
    const person = await hub.signIn('administrator');
    expect((await person.fetch('/scim/v2/Users')).status).toBe(403);
    const { id } = await add();
    const foreign = await openScimClient(hub, { tenantId: await database.addTenant() });
    expect((await foreign.send('GET', `/Users/${id}`)).status).toBe(404);
    expect((await foreign.send('GET', '/Users')).body.totalResults).toBe(0);
    expect((await foreign.send('DELETE', `/Users/${id}`)).status).toBe(404);
    const member = { schemas: [GROUP_URN], displayName: 'Foreign', members: [{ value: id }] };
    expect((await foreign.send('POST', '/Groups', member)).status).toBe(400);
  });

  test('and what it was refused stands in the ledger, with the reason', async () => {
    const client = await openScimClient(hub);
    const { id } = await add();
    const refused = await client.send('PATCH', `/Users/${id}`, patchOf({ op: 'disable', path: 'active' }));
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    const [leaf] = await inTenant((tx) => searchLeaves(tx, { objectId: client.clientId, limit: 5 }));
    expect(JSON.parse(leaf!.body.toString())).toMatchObject({
      act: 'directory.refused',
      rules: ['scim/invalidSyntax'],
    });
    expect((await personOf(id))?.status).toBe('active');
  });
});

test('other media types, addresses and methods are refused in the form of SCIM', async () => {
  const text = await directory.send('POST', '/Users', 'x', { 'Content-Type': 'text/plain' });
  expect(text).toMatchObject({ status: 415, body: { status: '415' } });
  expect(await directory.send('POST', '/Users', '{')).toMatchObject({ status: 400 });
  expect((await directory.send('GET', '/Me')).status).toBe(501);
  expect((await directory.send('GET', '/Nothing')).status).toBe(404);
  expect((await directory.send('DELETE', '/Schemas')).status).toBe(405);
  expect((await directory.send('GET', '/Schemas?filter=id pr')).status).toBe(403);
  expect((await directory.send('GET', `/Schemas/${USER_URN}`)).body.id).toBe(USER_URN);
  expect(hub.log).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openScimClient, type ScimClient } from '../../test/support/scim-client.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { PATCH_URN } from './patch/read-patch.ts';
import { GROUP_URN } from './schemas/group-schema.ts';
import { USER_URN } from './schemas/user-schema.ts';

let database: TestDatabase;
let hub: TestHub;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** What a directory does; people and groups are meant by their place among those that were ever added. */
const place = fc.nat({ max: 3 });
const step = fc.oneof(
  fc.record({ do: fc.constant('add person' as const), active: fc.boolean() }),
  fc.record({ do: fc.constant('remove person' as const), at: place }),
  fc.record({ do: fc.constant('activate' as const), at: place, active: fc.boolean(), put: fc.boolean() }),
  fc.record({ do: fc.constant('add group' as const), members: fc.uniqueArray(place) }),
  fc.record({ do: fc.constant('remove group' as const), at: place }),
  fc.record({ do: fc.constant('rename group' as const), at: place }),
  fc.record({ do: fc.constant('join' as const), at: place, members: fc.uniqueArray(place) }),
  fc.record({ do: fc.constant('part' as const), at: place, member: place, byValue: fc.boolean() }),
  fc.record({
    do: fc.constant('set members' as const),
    at: place,
    members: fc.uniqueArray(place),
    put: fc.boolean(),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Person {
  readonly id: string;
  readonly userName: string;
  active: boolean;
  here: boolean;
}
interface Group {
  readonly id: string;
  name: string;
  members: Set<Person>;
  here: boolean;
}

/** What should be there, kept beside what is. */
class Model {
  readonly people: Person[] = [];
  readonly groups: Group[] = [];
  readonly #client: ScimClient;

  constructor(client: ScimClient) {
    this.#client = client;
  }

  async do(one: Step): Promise<void> {
    if (one.do === 'add person') return this.#addPerson(one.active);
    if (one.do === 'add group') return this.#addGroup(this.#some(one.members));
    const person = 'at' in one ? this.people[one.at] : undefined;
    const group = this.groups[one.at];
    if (one.do === 'remove person' || one.do === 'activate')
      return person === undefined ? undefined : this.#changePerson(person, one);
    if (group !== undefined) await this.#changeGroup(group, one);
  }

  async #addPerson(active: boolean): Promise<void> {
    const userName = randomUUID();
    const { status, body } = await this.#client.send('POST', '/Users', {
      schemas: [USER_URN],
      userName,
      active,
    });
    expect(status).toBe(201);
    this.people.push({ id: body.id, userName, active, here: true });
  }

  async #addGroup(members: Person[]): Promise<void> {
    const name = randomUUID();
    const body = {
      schemas: [GROUP_URN],
      displayName: name,
      members: members.map(({ id }) => ({ value: id })),
    };
    const answer = await this.#client.send('POST', '/Groups', body);
    const works = members.every(({ here }) => here);
    expect(answer.status).toBe(works ? 201 : 400);
    if (works) this.groups.push({ id: answer.body.id, name, members: new Set(members), here: true });
  }

  async #changePerson(
    person: Person,
    one: Extract<Step, { do: 'remove person' | 'activate' }>,
  ): Promise<void> {
    const path = `/Users/${person.id}`;
    if (one.do === 'remove person') {
      expect((await this.#client.send('DELETE', path)).status).toBe(person.here ? 204 : 404);
      person.here = false;
      for (const group of this.groups) group.members.delete(person);
      return;
    }
    const { status } = one.put
      ? await this.#client.send('PUT', path, {
          schemas: [USER_URN],
          userName: person.userName,
          active: one.active,
        })
      : await this.#client.send('PATCH', path, patch({ op: 'replace', path: 'active', value: one.active }));
    expect(status).toBe(person.here ? 200 : 404);
    if (person.here) person.active = one.active;
  }

  async #changeGroup(group: Group, one: Step & { at: number }): Promise<void> {
    const path = `/Groups/${group.id}`;
    if (one.do === 'remove group') {
      expect((await this.#client.send('DELETE', path)).status).toBe(group.here ? 204 : 404);
      group.here = false;
    } else if (one.do === 'rename group') {
      const name = randomUUID();
      const { status } = await this.#client.send(
        'PATCH',
        path,
        patch({ op: 'Replace', value: { displayName: name } }),
      );
      expect(status).toBe(group.here ? 200 : 404);
      group.name = name;
    } else if (one.do === 'part') {
      const person = this.people[one.member];
      if (person === undefined) return;
      const operation = one.byValue
        ? { op: 'Remove', path: 'members', value: [{ value: person.id }] }
        : { op: 'remove', path: `members[value eq "${person.id}"]` };
      expect((await this.#client.send('PATCH', path, patch(operation))).status).toBe(group.here ? 200 : 404);
      group.members.delete(person);
    } else if (one.do === 'join' || one.do === 'set members') await this.#setMembers(group, path, one);
  }

  async #setMembers(
    group: Group,
    path: string,
    one: Extract<Step, { do: 'join' | 'set members' }>,
  ): Promise<void> {
    const people = this.#some(one.members);
    const members = people.map(({ id }) => ({ value: id }));
    const op = one.do === 'join' ? 'add' : 'replace';
    const { status } =
      one.do === 'set members' && one.put
        ? await this.#client.send('PUT', path, { schemas: [GROUP_URN], displayName: group.name, members })
        : await this.#client.send('PATCH', path, patch({ op, path: 'members', value: members }));
    const works = people.every(({ here }) => here);
    expect(status).toBe(group.here ? (works ? 200 : 400) : 404);
    if (!works || !group.here) return;
    group.members = new Set([...(one.do === 'join' ? group.members : []), ...people]);
  }

  #some(places: readonly number[]): Person[] {
    return places.map((at) => this.people[at]).filter((one) => one !== undefined);
  }

  /** Everything that the server and the rows say is what the model says. */
  async check(tenantId: string): Promise<void> {
    const [users, groups] = [
      await this.#client.send('GET', '/Users'),
      await this.#client.send('GET', '/Groups'),
    ];
    const here = this.people.filter((one) => one.here);
    const there = this.groups.filter((one) => one.here);
    expect(users.body.Resources.map(shortUser)).toEqual(
      here.map((one) => ({
        id: one.id,
        active: one.active,
        groups: there
          .filter(({ members }) => members.has(one))
          .map(({ id }) => id)
          .sort(),
      })),
    );
    expect(groups.body.Resources.map(shortGroup)).toEqual(
      there.map(({ id, name, members }) => ({ id, name, members: [...members].map((one) => one.id).sort() })),
    );
    const rows = await database.asOwner<{ id: string; status: string; groups: string[] }>(
      "select id, status, groups from app_user where tenant_id = $1 and kind = 'person' and role <> 'auditor' order by created_at, id",
      [tenantId],
    );
    for (const one of this.people) {
      const row = rows.find(({ id }) => id === one.id);
      const names = there.filter(({ members }) => members.has(one)).map(({ name }) => name);
      expect(row?.status).toBe(!one.here ? 'left' : one.active ? 'active' : 'suspended');
      expect([...(row?.groups ?? [])].sort()).toEqual(names.sort());
    }
  }
}

const patch = (operation: object) => ({ schemas: [PATCH_URN], Operations: [operation] });
const ids = (list: { value: string }[] = []) => list.map(({ value }) => value).sort();
const shortUser = (one: { id: string; active: boolean; groups?: { value: string }[] }) => ({
  id: one.id,
  active: one.active,
  groups: ids(one.groups),
});
const shortGroup = (one: { id: string; displayName: string; members?: { value: string }[] }) => ({
  id: one.id,
  name: one.displayName,
  members: ids(one.members),
});

test('whatever a directory does, people, groups and who is in them agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), async (steps) => {
      const tenantId = await database.addTenant();
      const model = new Model(await openScimClient(hub, { tenantId }));
      for (const one of steps) await model.do(one);
      await model.check(tenantId);
    }),
    { numRuns: Number(process.env['HOLDFAST_TEST_RUNS'] ?? 12) },
  );
  expect(hub.log).toEqual([]);
}, 120_000);

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scimPatch } from 'scim-patch';
import type { Document } from '../documents/document.ts';
import { GROUP_TYPE } from '../schemas/group-schema.ts';
import { ENTERPRISE_URN, USER_TYPE } from '../schemas/user-schema.ts';
import { applyPatch } from './apply-patch.ts';
import { PATCH_URN, readPatch } from './read-patch.ts';

const person: Document = {
  id: 'u1',
  userName: 'anna',
  active: true,
  title: 'Counsel',
  name: { givenName: 'Anna', familyName: 'Example' },
  emails: [
    { type: 'work', value: 'anna@example.com', primary: true },
    { type: 'home', value: 'anna@home.example' },
  ],
  [ENTERPRISE_URN]: { department: 'Legal', costCenter: '41' },
};
const group: Document = {
  id: 'g1',
  displayName: 'Counsel',
  members: [{ value: 'a' }, { value: 'b' }, { value: 'c' }],
};
const patch = (type: typeof USER_TYPE, document: Document, ...Operations: object[]) =>
  applyPatch(type, document, readPatch({ schemas: [PATCH_URN], Operations }));
const ofPerson = (...operations: object[]) => patch(USER_TYPE, person, ...operations);
const ofGroup = (...operations: object[]) => patch(GROUP_TYPE, group, ...operations);
const membersAfter = (...operations: object[]) =>
  ((ofGroup(...operations)['members'] ?? []) as { value: string }[]).map(({ value }) => value);

describe('as Entra sends it', () => {
  test('operations are written with a capital and booleans as texts', () => {
    expect(ofPerson({ op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ active: false });
    expect(ofPerson({ op: 'Add', path: 'title', value: 'Head' })).toMatchObject({ title: 'Head' });
    expect(ofPerson({ op: 'Remove', path: 'title' })).not.toHaveProperty('title');
  });

  test('members are removed by value, and nobody else with them', () => {
    expect(membersAfter({ op: 'Remove', path: 'members', value: [{ value: 'b' }] })).toEqual(['a', 'c']);
    expect(membersAfter({ op: 'Remove', path: 'members', value: [] })).toEqual(['a', 'b', 'c']);
    expect(membersAfter({ op: 'Remove', path: 'members[value eq "b"]' })).toEqual(['a', 'c']);
  });

  test('a member who is there is not added again', () => {
    expect(membersAfter({ op: 'Add', path: 'members', value: [{ value: 'b' }, { value: 'd' }] })).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  test('paths are names of the value where there is no path', () => {
    const value = {
      'name.familyName': 'Changed',
      [`${ENTERPRISE_URN}:department`]: 'Sales',
      'emails[type eq "work"].value': 'new@example.com',
      displayName: 'Anna Changed',
    };
    expect(ofPerson({ op: 'Replace', value })).toMatchObject({
      name: { givenName: 'Anna', familyName: 'Changed' },
      displayName: 'Anna Changed',
      emails: [{ type: 'work', value: 'new@example.com', primary: true }, { type: 'home' }],
      [ENTERPRISE_URN]: { department: 'Sales', costCenter: '41' },
    });
  });

  test('a value that its filter describes is added where it is not there', () => {
    const operation = { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 30 1' };
    expect(ofPerson(operation)).toMatchObject({ phoneNumbers: [{ type: 'mobile', value: '+49 30 1' }] });
    const role = { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Reader' };
    expect(ofPerson(role)).toMatchObject({ roles: [{ primary: true, value: 'Reader' }] });
  });

  test('a manager is a plain id, and an extension is meant by its URN', () => {
    expect(ofPerson({ op: 'Add', path: `${ENTERPRISE_URN}:manager`, value: 'm1' })).toMatchObject({
      [ENTERPRISE_URN]: { department: 'Legal', manager: { value: 'm1' } },
    });
    expect(ofPerson({ op: 'Add', value: { [ENTERPRISE_URN]: { employeeNumber: '7' } } })).toMatchObject({
      [ENTERPRISE_URN]: { department: 'Legal', employeeNumber: '7' },
    });
    expect(ofPerson({ op: 'Remove', path: ENTERPRISE_URN })).not.toHaveProperty([ENTERPRISE_URN]);
  });
});

describe('as Okta sends it', () => {
  test('a person is deactivated without a path', () => {
    expect(ofPerson({ op: 'replace', value: { active: false } })).toEqual({ ...person, active: false });
  });

  test('a group is renamed with its id beside the name', () => {
    const value = { id: 'g1', displayName: 'Renamed' };
    expect(ofGroup({ op: 'replace', value })).toEqual({ ...group, displayName: 'Renamed' });
  });

  test('members are replaced as a whole, or added and removed in one request', () => {
    expect(membersAfter({ op: 'replace', path: 'members', value: [{ value: 'z', display: 'Z' }] })).toEqual([
      'z',
    ]);
    expect(
      membersAfter(
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: [{ value: 'd', display: 'D' }] },
      ),
    ).toEqual(['b', 'c', 'd']);
  });
});

test('a new primary value takes the place of the old one', () => {
  const value = [{ type: 'other', value: 'x@example.com', primary: true }];
  expect(ofPerson({ op: 'add', path: 'emails', value })['emails']).toEqual([
    { type: 'work', value: 'anna@example.com', primary: false },
    { type: 'home', value: 'anna@home.example' },
    ...value,
  ]);
});

describe('nothing is passed over, and nothing done by halves:', () => {
  const good = { op: 'replace', path: 'active', value: false };
  test.each([
    ['an operation that there is not', { op: 'disable', path: 'active', value: false }, 'invalidSyntax'],
    ['an operation without a name', { path: 'active', value: false }, 'invalidSyntax'],
    [
      'a part that no operation has',
      { op: 'replace', path: 'active', value: false, when: 'later' },
      'invalidSyntax',
    ],
    ['an attribute that there is not', { op: 'replace', path: 'isActive', value: false }, 'invalidPath'],
    ['one without a path', { op: 'replace', value: { isActive: false } }, 'invalidPath'],
    ['a part that there is not', { op: 'replace', path: 'name.surname', value: 'x' }, 'invalidPath'],
    [
      'a schema that there is not',
      { op: 'add', path: 'urn:example:1.0:User:badge', value: 'x' },
      'invalidPath',
    ],
    ['a path that is none', { op: 'replace', path: 'emails[type eq', value: 'x' }, 'invalidFilter'],
    [
      'more than a path',
      { op: 'replace', path: 'emails[type eq "work"].value.x', value: 'x' },
      'invalidPath',
    ],
    ['a remove without a path', { op: 'remove', value: { active: true } }, 'noTarget'],
    ['a value of another type', { op: 'replace', path: 'active', value: 'no' }, 'invalidValue'],
    ['a text where parts are needed', { op: 'replace', path: 'name', value: 'Anna' }, 'invalidValue'],
    ['no value', { op: 'replace', path: 'active' }, 'invalidSyntax'],
    ['a value without a path that has no names', { op: 'replace', value: 'x' }, 'invalidValue'],
    [
      'a value that no filter describes',
      { op: 'replace', path: 'emails[value co "q"].type', value: 'work' },
      'noTarget',
    ],
    ['what is ours', { op: 'replace', path: 'groups', value: [] }, 'mutability'],
    ['another id', { op: 'replace', value: { id: 'u2' } }, 'mutability'],
    ['the end of what is required', { op: 'remove', path: 'userName' }, 'mutability'],
    ['the end of whether somebody may sign in', { op: 'remove', path: 'active' }, 'mutability'],
    ['an empty name', { op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
    ['two primary values', { op: 'replace', path: 'emails.primary', value: true }, 'invalidValue'],
    ['NUL', { op: 'replace', path: 'title', value: 'a\0b' }, 'invalidValue'],
  ])('%s refuses all of it', (_, bad, type) => {
    expect(() => ofPerson(good, bad)).toThrow(
      expect.objectContaining({ code: 'invalid_input', detail: `scim/${type}` }) as unknown as Error,
    );
    expect(person['active']).toBe(true);
  });

  test.each([
    ['no body', undefined],
    ['another schema', { schemas: ['urn:example'], Operations: [good] }],
    ['no operations', { schemas: [PATCH_URN], Operations: [] }],
    ['one that is no list', { schemas: [PATCH_URN], Operations: good }],
  ])('%s is refused', (_, body) => {
    expect(() => readPatch(body)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }) as unknown as Error,
    );
  });

  test('a password is taken and kept nowhere', () => {
    expect(ofPerson({ op: 'replace', path: 'password', value: 'not kept' })).toEqual(person);
  });
});

/** Where both have an opinion: names in their own case, whole values of lists, filters that find something. */
const text = fc.constantFrom('a', 'b', 'c');
const email = fc.record({ type: fc.constantFrom('work', 'home', 'other'), value: text });
const document = fc
  .record(
    {
      title: text,
      nickName: text,
      name: fc.record({ givenName: text, familyName: text }),
      emails: fc.uniqueArray(email, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
    },
    { requiredKeys: [] },
  )
  .map((one) => ({ userName: 'u', active: true, ...one }));
const op = fc.constantFrom('add' as const, 'replace' as const);
const operation = fc.oneof(
  fc.record({
    op,
    path: fc.constantFrom('title', 'nickName', 'name.givenName', 'name.familyName'),
    value: text,
  }),
  fc.record({ op: fc.constant('remove' as const), path: fc.constantFrom('title', 'nickName', 'emails') }),
  fc.record({ op, path: fc.constant('name'), value: fc.record({ givenName: text, familyName: text }) }),
  fc.record({ op, value: fc.record({ title: text, nickName: text }) }),
  fc.record({
    op,
    path: fc.constant('emails'),
    value: fc.uniqueArray(email, { minLength: 1, maxLength: 2, selector: ({ type }) => type }),
  }),
  fc.record({
    op,
    path: fc.constantFrom('emails[type eq "work"].value', 'emails[type eq "home"].value'),
    value: text,
  }),
  fc.record({
    op: fc.constant('remove' as const),
    path: fc.constantFrom('emails[type eq "work"]', 'emails[value eq "a"]'),
  }),
);

/** Of plain objects, which is what the peer can compare. */
const cloned = (value: object) => JSON.parse(JSON.stringify(value)) as never;

/** Undefined where the peer refuses: to it a remove by filter from no list at all is a fault. */
function byPeer(before: object, operations: readonly object[]): object | undefined {
  try {
    const after: Record<string, unknown> = scimPatch(cloned(before), cloned(operations), {
      mutateDocument: false,
      treatMissingAsAdd: true,
    });
    // It keeps a value twice that a change has made equal to another.
    const { emails } = after;
    if (!Array.isArray(emails)) return after;
    const texts = emails.map((one: Document) => JSON.stringify([one['type'], one['value']]));
    return { ...after, emails: emails.filter((_, at) => texts.indexOf(texts[at] ?? '') === at) as unknown[] };
  } catch {
    return undefined;
  }
}

test('the peer scim-patch comes to the same documents', () => {
  fc.assert(
    fc.property(document, fc.array(operation, { minLength: 1, maxLength: 6 }), (before, operations) => {
      const ours = patch(USER_TYPE, before as Document, ...operations);
      const theirs = byPeer(before, operations);
      fc.pre(theirs !== undefined);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});

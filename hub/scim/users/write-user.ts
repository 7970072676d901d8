import type { Tx } from '../../../recorder-core/records/database.ts';
import { lockPerson, type PersonKey } from '../../../recorder-core/records/people.ts';
import { readOtherGroups } from '../../../recorder-core/records/person-groups.ts';
import { touchGroupsOf } from '../../../recorder-core/records/scim-groups.ts';
import {
  deleteScimUser,
  findScimUserName,
  findUndescribed,
  insertScimUser,
  lockDirectory,
  noteDirectoryFacts,
  readScimUser,
  refreshGroups,
  updateScimUser,
  type ScimUserRow,
} from '../../../recorder-core/records/scim-users.ts';
import { isRecord, sameValue, textAt, type Document } from '../documents/document.ts';
import { requireVersion } from '../documents/require-version.ts';
import { noteChange } from '../note-change.ts';
import { isId, nameTaken, noResource, type ScimAsking } from '../scim-asking.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { ENTERPRISE_URN } from '../schemas/user-schema.ts';
import { letGo, placePerson, type DirectoryPlace } from './place-person.ts';
import { openRoleRules, ruleRole } from './rule-role.ts';
import { editableUser, emailsOf, keptOfUser, nameOfUser, shownUser } from './user-document.ts';

/** What a department or a job may have; they stand in tables and rules. */
const MOST_PLACE_CHARACTERS = 200;

/** One user under the directory's lock, or the error that there is none. */
export async function lockUser(tx: Tx, id: string): Promise<ScimUserRow> {
  await lockDirectory(tx);
  const row = isId(id) ? await readScimUser(tx, id) : undefined;
  if (row === undefined) throw noResource('User');
  return row;
}

/**
 * Adds a user, and hires the person, or takes over the one whom an HR system or an identity provider told of before: the same id
 * outside, else the same address. @throws HoldfastError `conflict` (uniqueness) for a user name that is taken.
 */
export async function createUser(tx: Tx, asking: ScimAsking, document: Document): Promise<Document> {
  await lockDirectory(tx);
  const userName = textAt(document, 'userName') ?? '';
  if ((await findScimUserName(tx, userName)) !== undefined) throw nameTaken('userName');
  const externalId = textAt(document, 'externalId') ?? null;
  const known = await findUndescribed(tx, { externalId, email: emailsOf(document)[0] ?? null });
  const key = known === undefined ? await newKey(tx, externalId) : { id: known };
  const rules = await openRoleRules(tx);
  const place = await placeOf(tx, document, document['active'] !== false);
  const otherGroups = known === undefined ? [] : await readOtherGroups(tx, known, 'directory');
  const after = ruleRole(rules, document, { groups: [], otherGroups });
  const id = await placePerson(tx, asking, key, place, { before: undefined, after });
  await insertScimUser(tx, asking.tenantId, saidOf(id, document, asking.now));
  await noteFacts(tx, id, document);
  const made = await requireRow(tx, id);
  await noteChange(tx, asking, {
    act: 'account.added',
    object: { type: 'user', id },
    facts: { active: made.person.status === 'active', adopted: known !== undefined },
    personal: { name: made.person.name },
  });
  return shownUser(made, asking.baseUrl);
}

/** Gives a user another document; `version` is what If-Match asked for. */
export async function changeUser(
  tx: Tx,
  asking: ScimAsking,
  id: string,
  version: string | undefined,
  change: (before: Document) => Document,
): Promise<Document> {
  const row = await lockUser(tx, id);
  const shown = shownUser(row, asking.baseUrl);
  requireVersion(shown, version);
  const before = editableUser(row);
  const document = change(before);
  const changed = namesOfDifferences(before, document);
  if (changed.length === 0) return shown;
  const userName = textAt(document, 'userName') ?? '';
  const owner = await findScimUserName(tx, userName);
  if (owner !== undefined && owner !== row.id) throw nameTaken('userName');
  const rules = await openRoleRules(tx);
  const place = await placeOf(tx, document, document['active'] === true);
  await placePerson(tx, asking, { id: row.id }, place, {
    before: ruleRole(rules, before, row),
    after: ruleRole(rules, document, row),
  });
  await updateScimUser(tx, saidOf(row.id, document, asking.now));
  await noteFacts(tx, row.id, document);
  const made = await requireRow(tx, row.id);
  await noteChange(tx, asking, {
    act: 'account.changed',
    object: { type: 'user', id: row.id },
    facts: { attributes: changed, active: made.person.status === 'active' },
    personal: { name: made.person.name },
  });
  return shownUser(made, asking.baseUrl);
}

/** Removes a user: the person leaves, with all that ends by it, and what the directory said of them is forgotten. */
export async function removeUser(
  tx: Tx,
  asking: ScimAsking,
  id: string,
  version: string | undefined,
): Promise<void> {
  const row = await lockUser(tx, id);
  requireVersion(shownUser(row, asking.baseUrl), version);
  await letGo(tx, asking, row.id);
  await touchGroupsOf(tx, row.id, asking.now);
  await deleteScimUser(tx, row.id);
  await refreshGroups(tx, [row.id], asking.now);
  await noteChange(tx, asking, {
    act: 'account.removed',
    object: { type: 'user', id: row.id },
    facts: { groups: row.groups.length },
    personal: { name: row.person.name },
  });
}

/** The whole of a PUT: what it leaves out is unassigned, but whether the person may sign in stays as it is. */
export function replaceBy(document: Document): (before: Document) => Document {
  return (before) => ({
    ...document,
    id: before['id'] ?? '',
    active: document['active'] ?? before['active'] ?? true,
  });
}

/** The key of a new person: the directory's id, where nobody else has it. */
async function newKey(tx: Tx, externalId: string | null): Promise<PersonKey | undefined> {
  if (externalId === null || (await lockPerson(tx, { externalId })) !== undefined) return undefined;
  return { externalId };
}

async function placeOf(tx: Tx, document: Document, active: boolean): Promise<DirectoryPlace> {
  const department = textAt(document, ENTERPRISE_URN, 'department') ?? null;
  const job = textAt(document, 'title') ?? null;
  const name = nameOfUser(document);
  for (const [attribute, value] of Object.entries({ department, title: job, displayName: name }))
    if ((value?.length ?? 0) > MOST_PLACE_CHARACTERS)
      throw scimRefusal(
        'invalidValue',
        `${attribute} can have at most ${MOST_PLACE_CHARACTERS} characters.`,
        attribute,
      );
  return { name, department, job, managerId: await managerOf(tx, document), active };
}

/** A manager by our id, the directory's id, or the user name: not every directory keeps ours. */
async function managerOf(tx: Tx, document: Document): Promise<string | null> {
  const inside = document[ENTERPRISE_URN];
  const manager = isRecord(inside) ? inside['manager'] : undefined;
  if (!isRecord(manager)) return null;
  const value = textAt(manager, 'value') ?? textAt(manager, '$ref')?.split('/').at(-1) ?? '';
  const byId = isId(value) ? await lockPerson(tx, { id: value }) : undefined;
  const found = byId ?? (await lockPerson(tx, { externalId: value }));
  const id = found?.id ?? (await findScimUserName(tx, value));
  if (id !== undefined) return id;
  throw scimRefusal(
    'invalidValue',
    'The manager is nobody whom we know by id, externalId or userName. Add the manager first. Nothing was changed.',
    `${ENTERPRISE_URN}:manager`,
  );
}

function saidOf(id: string, document: Document, at: Date) {
  return {
    id,
    userName: textAt(document, 'userName') ?? '',
    externalId: textAt(document, 'externalId') ?? null,
    emails: emailsOf(document),
    document: keptOfUser(document),
    at,
  };
}

function noteFacts(tx: Tx, id: string, document: Document): Promise<void> {
  const externalId = textAt(document, 'externalId') ?? null;
  return noteDirectoryFacts(tx, id, { email: emailsOf(document)[0] ?? null, externalId });
}

/** The names of the attributes that differ; no value of them. */
function namesOfDifferences(before: Document, after: Document): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => !sameValue(before[name], after[name]));
}

async function requireRow(tx: Tx, id: string): Promise<ScimUserRow> {
  const row = await readScimUser(tx, id);
  if (row === undefined) throw new Error('A user vanished inside its own transaction.');
  return row;
}

import type { Tx } from '../../../recorder-core/records/database.ts';
import { appendLeaves } from '../../../recorder-core/records/ledger-log.ts';
import {
  changeScimMembers,
  deleteScimGroup,
  findScimGroupName,
  insertScimGroup,
  knownScimUsers,
  readScimGroup,
  updateScimGroup,
  type ScimGroupRow,
} from '../../../recorder-core/records/scim-groups.ts';
import { lockDirectory } from '../../../recorder-core/records/scim-users.ts';
import { isRecord, isList, textAt, type Document } from '../documents/document.ts';
import { requireVersion } from '../documents/require-version.ts';
import { noteChange } from '../note-change.ts';
import { isId, nameTaken, noResource, type ScimAsking } from '../scim-asking.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { regrouping } from '../users/regroup.ts';
import { editableGroup, memberIds, shownGroup } from './group-document.ts';

/** Names of groups stand in rules and on people. */
const MOST_NAME_CHARACTERS = 500;

/** One group under the directory's lock, or the error that there is none. */
export async function lockGroup(tx: Tx, id: string): Promise<ScimGroupRow> {
  await lockDirectory(tx);
  const row = isId(id) ? await readScimGroup(tx, id) : undefined;
  if (row === undefined) throw noResource('Group');
  return row;
}

/** Adds a group with its members. @throws HoldfastError `conflict` (uniqueness), `invalid_input` for members who are none. */
export async function createGroup(tx: Tx, asking: ScimAsking, document: Document): Promise<Document> {
  await lockDirectory(tx);
  const displayName = nameOf(document);
  if ((await findScimGroupName(tx, displayName)) !== undefined) throw nameTaken('displayName');
  const id = asking.newId(asking.now);
  refuseNested(document);
  const added = memberIds(document);
  await requireUsers(tx, added);
  const regroup = await regrouping(tx, asking, added);
  const externalId = textAt(document, 'externalId') ?? null;
  await insertScimGroup(tx, asking.tenantId, { id, displayName, externalId, at: asking.now });
  await changeScimMembers(tx, asking.tenantId, id, { added, removed: [] });
  await regroup();
  await note(tx, asking, 'group.added', id, displayName, { added, removed: [] });
  return shownGroup(await requireRow(tx, id), asking.baseUrl);
}

/** Gives a group another document; `version` is what If-Match asked for. */
export async function changeGroup(
  tx: Tx,
  asking: ScimAsking,
  id: string,
  version: string | undefined,
  change: (before: Document) => Document,
): Promise<Document> {
  const row = await lockGroup(tx, id);
  const shown = shownGroup(row, asking.baseUrl);
  requireVersion(shown, version);
  const document = change(editableGroup(row));
  const displayName = nameOf(document);
  const owner = await findScimGroupName(tx, displayName);
  if (owner !== undefined && owner !== row.id) throw nameTaken('displayName');
  refuseNested(document);
  const before = new Set(row.members ?? []);
  const after = new Set(memberIds(document));
  const added = [...after].filter((one) => !before.has(one));
  await requireUsers(tx, added);
  const removed = [...before].filter((one) => !after.has(one));
  const externalId = textAt(document, 'externalId') ?? null;
  const isRenamed = displayName !== row.displayName;
  if (!isRenamed && externalId === row.externalId && added.length + removed.length === 0) return shown;
  const touched = isRenamed ? [...new Set([...before, ...after])] : [...added, ...removed];
  const regroup = await regrouping(tx, asking, touched);
  await updateScimGroup(tx, { id: row.id, displayName, externalId, at: asking.now });
  await changeScimMembers(tx, asking.tenantId, row.id, { added, removed });
  await regroup();
  await note(tx, asking, 'group.changed', row.id, displayName, { added, removed });
  return shownGroup(await requireRow(tx, row.id), asking.baseUrl);
}

/** Removes a group; its members lose the role that it gave them. */
export async function removeGroup(
  tx: Tx,
  asking: ScimAsking,
  id: string,
  version: string | undefined,
): Promise<void> {
  const row = await lockGroup(tx, id);
  requireVersion(shownGroup(row, asking.baseUrl), version);
  const removed = [...(row.members ?? [])];
  const regroup = await regrouping(tx, asking, removed);
  await deleteScimGroup(tx, row.id);
  await regroup();
  await note(tx, asking, 'group.removed', row.id, row.displayName, { added: [], removed });
}

function nameOf(document: Document): string {
  const name = textAt(document, 'displayName') ?? '';
  if (name.length <= MOST_NAME_CHARACTERS) return name;
  throw scimRefusal(
    'invalidValue',
    `displayName can have at most ${MOST_NAME_CHARACTERS} characters.`,
    'displayName',
  );
}

function refuseNested(document: Document): void {
  const members = isList(document['members']) ? document['members'] : [];
  if (members.some((one) => isRecord(one) && textAt(one, 'type')?.toLowerCase() === 'group'))
    throw scimRefusal(
      'invalidValue',
      'A group in a group is not taken, because who belongs would not be plain to see. Send the people. Nothing was changed.',
      'members',
    );
}

async function requireUsers(tx: Tx, ids: readonly string[]): Promise<void> {
  const known = ids.every((one) => isId(one)) ? await knownScimUsers(tx, ids) : new Set();
  if (ids.every((one) => known.has(one))) return;
  throw scimRefusal(
    'invalidValue',
    'A member is no User of this server. Add the person first. Nothing was changed.',
    'members',
  );
}

/** The group's leaf, and one for each person who came in or went out. */
async function note(
  tx: Tx,
  asking: ScimAsking,
  act: 'group.added' | 'group.changed' | 'group.removed',
  id: string,
  name: string,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<void> {
  const facts = { added: added.length, removed: removed.length };
  await noteChange(tx, asking, { act, object: { type: 'group', id }, facts, personal: { name } });
  const { tenantId, clientId, now: at } = asking;
  const leafOf = (userId: string, change: string) => ({
    leaf: {
      at,
      act: 'membership.changed' as const,
      object: { type: 'user', id: userId },
      outcome: 'done',
      facts: { client: clientId, group: id, change },
    },
  });
  await appendLeaves(tx, tenantId, [
    ...added.map((one) => leafOf(one, 'added')),
    ...removed.map((one) => leafOf(one, 'removed')),
  ]);
}

async function requireRow(tx: Tx, id: string): Promise<ScimGroupRow> {
  const row = await readScimGroup(tx, id);
  if (row === undefined) throw new Error('A group vanished inside its own transaction.');
  return row;
}

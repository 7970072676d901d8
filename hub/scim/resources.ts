import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readScimGroup } from '../../recorder-core/records/scim-groups.ts';
import { readScimUser } from '../../recorder-core/records/scim-users.ts';
import type { Document } from './documents/document.ts';
import { readDocument } from './documents/read-document.ts';
import { matchFilter } from './filter/match-filter.ts';
import { shownGroup } from './groups/group-document.ts';
import { changeGroup, createGroup, removeGroup } from './groups/write-group.ts';
import { listGroups, listUsers, type ScimList } from './listing/list-resources.ts';
import { readSearch, type ScimQuery } from './listing/read-query.ts';
import { applyPatch } from './patch/apply-patch.ts';
import { readPatch } from './patch/read-patch.ts';
import { isId, noResource, type ScimAsking } from './scim-asking.ts';
import { GROUP_TYPE } from './schemas/group-schema.ts';
import type { ResourceType } from './schemas/attribute.ts';
import { USER_TYPE } from './schemas/user-schema.ts';
import { shownUser } from './users/user-document.ts';
import { changeUser, createUser, removeUser, replaceBy } from './users/write-user.ts';

/**
 * What can be done with one kind of resource, each in the transaction that is handed in. Bodies are as they came; what is not of
 * its form is refused before anything is done. `version` is what `If-Match` asked for.
 */
export interface ScimResource {
  readonly type: ResourceType;
  list(tx: Tx, asking: ScimAsking, query: ScimQuery): Promise<ScimList>;
  read(tx: Tx, asking: ScimAsking, id: string): Promise<Document>;
  create(tx: Tx, asking: ScimAsking, body: unknown): Promise<Document>;
  replace(
    tx: Tx,
    asking: ScimAsking,
    id: string,
    version: string | undefined,
    body: unknown,
  ): Promise<Document>;
  patch(
    tx: Tx,
    asking: ScimAsking,
    id: string,
    version: string | undefined,
    body: unknown,
  ): Promise<Document>;
  remove(tx: Tx, asking: ScimAsking, id: string, version: string | undefined): Promise<void>;
}

const users: ScimResource = {
  type: USER_TYPE,
  list: (tx, { baseUrl }, query) => listUsers(tx, baseUrl, query),
  async read(tx, { baseUrl }, id) {
    const row = isId(id) ? await readScimUser(tx, id) : undefined;
    if (row === undefined) throw noResource('User');
    return shownUser(row, baseUrl);
  },
  create: (tx, asking, body) => createUser(tx, asking, readDocument(USER_TYPE, body)),
  replace: (tx, asking, id, version, body) =>
    changeUser(tx, asking, id, version, replaceBy(readDocument(USER_TYPE, body))),
  patch(tx, asking, id, version, body) {
    const operations = readPatch(body);
    return changeUser(tx, asking, id, version, (before) => applyPatch(USER_TYPE, before, operations));
  },
  remove: removeUser,
};

const groups: ScimResource = {
  type: GROUP_TYPE,
  list: (tx, { baseUrl }, query) => listGroups(tx, baseUrl, query),
  async read(tx, { baseUrl }, id) {
    const row = isId(id) ? await readScimGroup(tx, id) : undefined;
    if (row === undefined) throw noResource('Group');
    return shownGroup(row, baseUrl);
  },
  create: (tx, asking, body) => createGroup(tx, asking, readDocument(GROUP_TYPE, body)),
  replace(tx, asking, id, version, body) {
    const document = readDocument(GROUP_TYPE, body);
    return changeGroup(tx, asking, id, version, () => document);
  },
  patch(tx, asking, id, version, body) {
    const operations = readPatch(body);
    return changeGroup(tx, asking, id, version, (before) => applyPatch(GROUP_TYPE, before, operations));
  },
  remove: removeGroup,
};

/** Every kind of resource that directories push. */
export const RESOURCES: readonly ScimResource[] = [users, groups];

/**
 * Searches all kinds at once (RFC 7644 section 3.4.3): people first, then groups. A kind that lacks an attribute of the query has
 * nothing that fits; what no kind can answer is refused.
 */
export async function searchAll(tx: Tx, asking: ScimAsking, body: unknown): Promise<ScimList> {
  const queries = RESOURCES.map((resource) => ({
    resource,
    query: attempt(() => readWhole(resource, body)),
  }));
  const able = queries.filter(({ query }) => !(query instanceof HoldfastError));
  const [first] = queries;
  if (able.length === 0 && first?.query instanceof HoldfastError) throw first.query;
  let found: ScimList | undefined;
  for (const { resource, query } of able as { resource: ScimResource; query: ScimQuery }[]) {
    const { startIndex, count } = query;
    const before = found?.totalResults ?? 0;
    const rest = {
      ...query,
      startIndex: Math.max(1, startIndex - before),
      count: Math.max(0, count - (found?.itemsPerPage ?? 0)),
    };
    const list = await resource.list(tx, asking, rest);
    const Resources = [...(found?.Resources ?? []), ...list.Resources];
    const totalResults = before + list.totalResults;
    found = { ...list, totalResults, startIndex, itemsPerPage: Resources.length, Resources };
  }
  if (found === undefined) throw new Error('A search went through no kind of resource.');
  return found;
}

/** Reads a search and looks whether its filter can be answered by that kind. */
function readWhole({ type }: ScimResource, body: unknown): ScimQuery {
  const query = readSearch(type, body);
  if (query.filter !== undefined) matchFilter(type, query.filter);
  return query;
}

function attempt<T>(work: () => T): T | HoldfastError {
  try {
    return work();
  } catch (error) {
    if (isHoldfastError(error)) return error;
    throw error;
  }
}

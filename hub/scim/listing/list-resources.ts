import type { Tx } from '../../../recorder-core/records/database.ts';
import type { ScimPage } from '../../../recorder-core/records/scim-conditions.ts';
import { countScimGroups, listScimGroups } from '../../../recorder-core/records/scim-groups.ts';
import { countScimUsers, listScimUsers } from '../../../recorder-core/records/scim-users.ts';
import type { Document } from '../documents/document.ts';
import type { Filter } from '../filter/filter.ts';
import { matchFilter } from '../filter/match-filter.ts';
import { shownGroup } from '../groups/group-document.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { GROUP_TYPE } from '../schemas/group-schema.ts';
import type { ResourceType } from '../schemas/attribute.ts';
import { USER_TYPE } from '../schemas/user-schema.ts';
import { shownUser } from '../users/user-document.ts';
import { narrowGroups, narrowUsers, type Narrowed } from './narrow-filter.ts';
import { project, shows } from './project.ts';
import type { ScimQuery } from './read-query.ts';
import { sortDocuments } from './sort-documents.ts';

export const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A page of a list (RFC 7644 section 3.4.2). */
export interface ScimList {
  readonly schemas: readonly string[];
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly Document[];
}

/** Resources that are looked at one by one, where no index answers the filter. */
export const MOST_LOOKED_AT = 10_000;

/** One kind of resource, as a list reads it. */
interface Source<C extends string> {
  readonly type: ResourceType;
  readonly narrowed: Narrowed<C>;
  /** The attribute by which the rows themselves can be in order. */
  readonly orderedBy: string;
  readonly count: (page: Pick<ScimPage<C>, 'conditions'>) => Promise<number>;
  readonly list: (page: ScimPage<C>) => Promise<Document[]>;
}

/** A page of users. @throws HoldfastError `invalid_input` (invalidFilter, tooMany). */
export function listUsers(tx: Tx, baseUrl: string, query: ScimQuery): Promise<ScimList> {
  return listFrom(
    {
      type: USER_TYPE,
      narrowed: narrowUsers(USER_TYPE, query.filter),
      orderedBy: 'userName',
      count: (page) => countScimUsers(tx, page),
      list: async (page) => (await listScimUsers(tx, page)).map((row) => shownUser(row, baseUrl)),
    },
    query,
  );
}

/** A page of groups. Members are read where they are shown or looked at alone: a group may have thousands. */
export function listGroups(tx: Tx, baseUrl: string, query: ScimQuery): Promise<ScimList> {
  const narrowed = narrowGroups(GROUP_TYPE, query.filter);
  const withMembers = shows(query.projection, 'members') || mentions(query.filter, 'members');
  return listFrom(
    {
      type: GROUP_TYPE,
      narrowed,
      orderedBy: 'displayName',
      count: (page) => countScimGroups(tx, page),
      list: async (page) =>
        (await listScimGroups(tx, page, { withMembers })).map((row) => shownGroup(row, baseUrl)),
    },
    query,
  );
}

async function listFrom<C extends string>(source: Source<C>, query: ScimQuery): Promise<ScimList> {
  const { type, narrowed, orderedBy } = source;
  const { filter, sortBy, descending, startIndex, count } = query;
  const matches = filter === undefined ? undefined : matchFilter(type, filter);
  const byName = sortBy?.extension === null && sortBy.attribute.name === orderedBy;
  const { conditions } = narrowed;
  if (narrowed.exact && (sortBy === undefined || byName)) {
    const order = !byName ? 'added' : descending ? 'name desc' : 'name';
    const total = await source.count({ conditions });
    const page = { conditions, order, offset: startIndex - 1, limit: count } as const;
    return answer(query, total, count === 0 ? [] : await source.list(page));
  }
  const found = await source.list({ conditions, order: 'added', offset: 0, limit: MOST_LOOKED_AT + 1 });
  if (found.length > MOST_LOOKED_AT)
    throw scimRefusal(
      'tooMany',
      `More than ${MOST_LOOKED_AT} resources would have to be looked at. Filter by id, userName, externalId, e-mail address or displayName.`,
    );
  const fitting = matches === undefined ? found : found.filter(matches);
  const sorted = sortBy === undefined ? fitting : sortDocuments(fitting, sortBy, descending);
  return answer(query, sorted.length, sorted.slice(startIndex - 1, startIndex - 1 + count));
}

function answer(
  { startIndex, projection }: ScimQuery,
  totalResults: number,
  page: readonly Document[],
): ScimList {
  const Resources = page.map((one) => project(one, projection));
  return { schemas: [LIST_URN], totalResults, startIndex, itemsPerPage: Resources.length, Resources };
}

/** Whether a filter asks about an attribute. */
function mentions(filter: Filter | undefined, name: string): boolean {
  if (filter === undefined) return false;
  if ('parts' in filter) return filter.parts.some((part) => mentions(part, name));
  if (!('path' in filter)) return mentions(filter.filter, name);
  return filter.path.name.toLowerCase() === name;
}

import type { ScimCondition } from '../../../recorder-core/records/scim-conditions.ts';
import type { ScimGroupColumn } from '../../../recorder-core/records/scim-groups.ts';
import type { ScimUserColumn } from '../../../recorder-core/records/scim-users.ts';
import type { Filter } from '../filter/filter.ts';
import { isId } from '../scim-asking.ts';
import { findAttribute, type AttributePath } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/attribute.ts';

/** What of a filter an index answers. */
export interface Narrowed<C extends string> {
  /** All of them hold for whatever fits. */
  readonly conditions: readonly ScimCondition<C>[];
  /** Whether they say all that the filter says; else what they find is looked at one by one. */
  readonly exact: boolean;
}

/** Attributes (in small letters) with the column by which an index finds them, and in which ways it does so exactly. */
type Columns<C extends string> = Readonly<
  Record<string, { readonly column: C; readonly ops: readonly ('eq' | 'sw')[]; readonly exact: boolean }>
>;

const USER_COLUMNS: Columns<ScimUserColumn> = {
  id: { column: 'id', ops: ['eq'], exact: true },
  username: { column: 'userName', ops: ['eq', 'sw'], exact: false },
  externalid: { column: 'externalId', ops: ['eq'], exact: true },
  emails: { column: 'email', ops: ['eq'], exact: false },
  'emails.value': { column: 'email', ops: ['eq'], exact: false },
};
const GROUP_COLUMNS: Columns<ScimGroupColumn> = {
  id: { column: 'id', ops: ['eq'], exact: true },
  displayname: { column: 'displayName', ops: ['eq', 'sw'], exact: false },
  externalid: { column: 'externalId', ops: ['eq'], exact: true },
  members: { column: 'member', ops: ['eq'], exact: true },
  'members.value': { column: 'member', ops: ['eq'], exact: true },
};
/** No id of ours, so nothing has it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What indices know of a filter on users. */
export function narrowUsers(type: ResourceType, filter: Filter | undefined): Narrowed<ScimUserColumn> {
  return narrow(type, USER_COLUMNS, filter);
}

/** What indices know of a filter on groups. */
export function narrowGroups(type: ResourceType, filter: Filter | undefined): Narrowed<ScimGroupColumn> {
  return narrow(type, GROUP_COLUMNS, filter);
}

function narrow<C extends string>(
  type: ResourceType,
  columns: Columns<C>,
  filter: Filter | undefined,
): Narrowed<C> {
  if (filter === undefined) return { conditions: [], exact: true };
  if (filter.op === 'and') {
    const parts = filter.parts.map((part) => narrow(type, columns, part));
    return {
      conditions: parts.flatMap(({ conditions }) => conditions),
      exact: parts.every(({ exact }) => exact),
    };
  }
  // `emails[type eq "work" and value eq "x"]` has a value x; that it is the one of work is looked at afterwards.
  if (filter.op === 'has') {
    const within = filter.filter.op === 'and' ? filter.filter.parts : [filter.filter];
    const parts = within.flatMap((part) =>
      part.op === 'eq' && part.path.urn === null && part.path.sub === null
        ? [narrow(type, columns, { ...part, path: { ...filter.path, sub: part.path.name } })]
        : [],
    );
    const exact = parts.length === within.length && parts.every((part) => part.exact);
    return { conditions: parts.flatMap(({ conditions }) => conditions), exact };
  }
  if ((filter.op !== 'eq' && filter.op !== 'sw') || typeof filter.value !== 'string')
    return { conditions: [], exact: false };
  const known = columns[nameOf(type, filter.path)];
  if (known?.ops.includes(filter.op) !== true) return { conditions: [], exact: false };
  const { column } = known;
  return {
    conditions: [{ column, op: filter.op, value: valueFor(column, filter.value) }],
    exact: known.exact,
  };
}

/** Folded as the column is. PostgreSQL and JavaScript fold a few letters in other ways, so such conditions are not exact. */
function valueFor(column: string, value: string): string {
  if (column === 'email') return value.toLowerCase();
  if (column !== 'id' && column !== 'member') return value;
  return isId(value) ? value : NOBODY;
}

function nameOf(type: ResourceType, path: AttributePath): string {
  const found = findAttribute(type, path);
  if (found === undefined || found.extension !== null) return '';
  const { attribute, sub } = found;
  return `${attribute.name}${sub === null ? '' : `.${sub.name}`}`.toLowerCase();
}

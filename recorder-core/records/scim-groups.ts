import type { Tx } from './database.ts';
import { conditionsOf, type ScimColumns, type ScimPage } from './scim-conditions.ts';

/** A group of a directory. */
export interface ScimGroupRow {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  /** One more with each change, also of the members. */
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** Ids of people, in their order; null where they were not asked for. */
  readonly members: readonly string[] | null;
}

/** What an index finds groups by; `member` by the id of somebody in them. */
export type ScimGroupColumn = 'id' | 'displayName' | 'externalId' | 'member';

const COLUMNS: ScimColumns<ScimGroupColumn> = {
  id: { eq: 'g.id = $n::uuid' },
  displayName: { eq: 'lower(g.display_name) = lower($n)', sw: 'lower(g.display_name) like lower($n)' },
  externalId: { eq: 'g.external_id = $n' },
  member: {
    eq: `exists (select from scim_group_member gm
                  where gm.tenant_id = g.tenant_id and gm.group_id = g.id and gm.user_id = $n::uuid)`,
  },
};

const ORDERS = {
  added: 'g.created_at, g.id',
  name: 'lower(g.display_name), g.id',
  'name desc': 'lower(g.display_name) desc, g.id',
} as const;

function selectGroups(withMembers: boolean): string {
  const members = `
    array(select gm.user_id::text from scim_group_member gm
           where gm.tenant_id = g.tenant_id and gm.group_id = g.id order by gm.user_id)`;
  return `select g.id, g.display_name as "displayName", g.external_id as "externalId", g.version, g.created_at as "createdAt",
                 g.changed_at as "changedAt", ${withMembers ? members : 'null'} as members
            from scim_group g`;
}

/** One group with its members, or undefined. */
export async function readScimGroup(tx: Tx, id: string): Promise<ScimGroupRow | undefined> {
  const { rows } = await tx.query<ScimGroupRow>(`${selectGroups(true)} where g.id = $1`, [id]);
  return rows[0];
}

/** The id of the group of a name, which has no case. */
export async function findScimGroupName(tx: Tx, displayName: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from scim_group where lower(display_name) = lower($1)',
    [displayName],
  );
  return rows[0]?.id;
}

/** One page of groups. */
export async function listScimGroups(
  tx: Tx,
  page: ScimPage<ScimGroupColumn>,
  { withMembers }: { readonly withMembers: boolean },
): Promise<ScimGroupRow[]> {
  const { where, values } = conditionsOf(COLUMNS, page.conditions);
  const { rows } = await tx.query<ScimGroupRow>(
    `${selectGroups(withMembers)} where ${where} order by ${ORDERS[page.order]} offset ${page.offset} limit ${page.limit}`,
    [...values],
  );
  return rows;
}

/** How many groups there are of some conditions. */
export async function countScimGroups(
  tx: Tx,
  { conditions }: Pick<ScimPage<ScimGroupColumn>, 'conditions'>,
): Promise<number> {
  const { where, values } = conditionsOf(COLUMNS, conditions);
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) as count from scim_group g where ${where}`,
    [...values],
  );
  return rows[0]?.count ?? 0;
}

/** What a directory says of a group. */
export interface ScimGroupSaid {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly at: Date;
}

/** Adds a group without members. */
export async function insertScimGroup(tx: Tx, tenantId: string, said: ScimGroupSaid): Promise<void> {
  await tx.query(
    `insert into scim_group (tenant_id, id, display_name, external_id, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $5)`,
    [tenantId, said.id, said.displayName, said.externalId, said.at],
  );
}

/** Gives a group another name or id of the directory, and notes that it was changed. */
export async function updateScimGroup(tx: Tx, said: ScimGroupSaid): Promise<void> {
  await tx.query(
    'update scim_group set display_name = $2, external_id = $3, changed_at = $4, version = version + 1 where id = $1',
    [said.id, said.displayName, said.externalId, said.at],
  );
}

/** Notes at all groups of somebody that they are about to change: the person goes. */
export async function touchGroupsOf(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx.query(
    `update scim_group g set version = version + 1, changed_at = $2
      where exists (select from scim_group_member gm
                     where gm.tenant_id = g.tenant_id and gm.group_id = g.id and gm.user_id = $1)`,
    [userId, at],
  );
}

/** Removes a group with its memberships. */
export async function deleteScimGroup(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from scim_group where id = $1', [id]);
}

/** Those of some ids that are users of a directory. */
export async function knownScimUsers(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    'select user_id as id from scim_user where user_id = any($1::uuid[])',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Puts people into a group and takes others out. */
export async function changeScimMembers(
  tx: Tx,
  tenantId: string,
  groupId: string,
  change: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<void> {
  if (change.removed.length > 0)
    await tx.query('delete from scim_group_member where group_id = $1 and user_id = any($2::uuid[])', [
      groupId,
      change.removed,
    ]);
  if (change.added.length > 0)
    await tx.query(
      `insert into scim_group_member (tenant_id, group_id, user_id)
       select $1, $2, unnest($3::uuid[]) on conflict do nothing`,
      [tenantId, groupId, change.added],
    );
}

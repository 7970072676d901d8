import type { PersonStatus } from '../policy/role-change.ts';
import type { Tx } from './database.ts';
import { conditionsOf, type ScimColumns, type ScimPage } from './scim-conditions.ts';

/** A person as a directory describes them, with what we know of their place. */
export interface ScimUserRow {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  /** What the directory says. Its `active`, department, title and manager are shown as `person` has them. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  /** The newer of what the directory changed and of what happened to the person's place. */
  readonly changedAt: Date;
  readonly person: {
    readonly name: string;
    readonly role: string;
    readonly status: PersonStatus;
    readonly department: string | null;
    readonly job: string | null;
    readonly managerId: string | null;
  };
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** Names of groups that identity providers put the person in. */
  readonly otherGroups: readonly string[];
}

/** What an index finds users by; an address in small letters. */
export type ScimUserColumn = 'id' | 'userName' | 'externalId' | 'email';

const COLUMNS: ScimColumns<ScimUserColumn> = {
  id: { eq: 's.user_id = $n::uuid' },
  userName: { eq: 'lower(s.user_name) = lower($n)', sw: 'lower(s.user_name) like lower($n)' },
  externalId: { eq: 's.external_id = $n' },
  email: { eq: 's.emails @> array[$n]' },
};

const ORDERS = {
  added: 's.created_at, s.user_id',
  name: 'lower(s.user_name), s.user_id',
  'name desc': 'lower(s.user_name) desc, s.user_id',
} as const;

const SELECT = `
  select s.user_id as id, s.user_name as "userName", s.external_id as "externalId", s.document,
         s.created_at as "createdAt", greatest(s.changed_at, u.changed_at) as "changedAt",
         jsonb_build_object('name', u.name, 'role', u.role, 'status', u.status, 'department', u.department, 'job', u.job,
                            'managerId', u.manager_id) as person,
         (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.display_name) order by lower(g.display_name)), '[]')
            from scim_group_member gm join scim_group g on g.tenant_id = gm.tenant_id and g.id = gm.group_id
           where gm.tenant_id = s.tenant_id and gm.user_id = s.user_id) as groups,
         array(select distinct unnest(o.groups) from person_groups o
                where o.tenant_id = s.tenant_id and o.user_id = s.user_id and o.provider_id is not null) as "otherGroups"
    from scim_user s
    join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id`;

/**
 * Has the tenant's changes by directories made one after the other: a group and its members, and a name and its owner, are
 * then never changed by two at once. Ends with the transaction.
 */
export async function lockDirectory(tx: Tx): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('directory ' || current_tenant()::text, 0))");
}

/** One user, or undefined. */
export async function readScimUser(tx: Tx, id: string): Promise<ScimUserRow | undefined> {
  const { rows } = await tx.query<ScimUserRow>(`${SELECT} where s.user_id = $1`, [id]);
  return rows[0];
}

/** The id of whoever has a user name, which has no case. */
export async function findScimUserName(tx: Tx, userName: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    'select user_id as id from scim_user where lower(user_name) = lower($1)',
    [userName],
  );
  return rows[0]?.id;
}

/** One page of users. */
export async function listScimUsers(tx: Tx, page: ScimPage<ScimUserColumn>): Promise<ScimUserRow[]> {
  const { where, values } = conditionsOf(COLUMNS, page.conditions);
  const { rows } = await tx.query<ScimUserRow>(
    `${SELECT} where ${where} order by ${ORDERS[page.order]} offset ${page.offset} limit ${page.limit}`,
    [...values],
  );
  return rows;
}

/** How many users there are of some conditions. */
export async function countScimUsers(
  tx: Tx,
  { conditions }: Pick<ScimPage<ScimUserColumn>, 'conditions'>,
): Promise<number> {
  const { where, values } = conditionsOf(COLUMNS, conditions);
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) as count from scim_user s where ${where}`,
    [...values],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Somebody of the tenant whom no directory describes yet and who is meant by this id or address: hired by an HR system's event, or
 * let in by an identity provider. An address that several have means nobody.
 */
export async function findUndescribed(
  tx: Tx,
  { externalId, email }: { readonly externalId: string | null; readonly email: string | null },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string; by_id: boolean }>(
    `select id, coalesce(external_id = $1, false) as by_id from app_user u
      where (external_id = $1 or (lower(email) = lower($2) and external_id is null))
        and kind = 'person'
        and not exists (select from scim_user s where s.tenant_id = u.tenant_id and s.user_id = u.id)
      order by by_id desc limit 2`,
    [externalId, email],
  );
  const [first, second] = rows;
  return first?.by_id === true || second === undefined ? first?.id : undefined;
}

/** What a directory says of somebody, as its row keeps it. */
export interface ScimUserSaid {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  readonly emails: readonly string[];
  readonly document: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** Adds what a directory says of a person. */
export async function insertScimUser(tx: Tx, tenantId: string, said: ScimUserSaid): Promise<void> {
  await tx.query(
    `insert into scim_user (tenant_id, user_id, user_name, external_id, emails, document, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [tenantId, ...valuesOf(said)],
  );
}

/** Replaces what a directory says of a person. */
export async function updateScimUser(tx: Tx, said: ScimUserSaid): Promise<void> {
  await tx.query(
    `update scim_user set user_name = $2, external_id = $3, emails = $4, document = $5, changed_at = $6 where user_id = $1`,
    valuesOf(said),
  );
}

function valuesOf({ id, userName, externalId, emails, document, at }: ScimUserSaid): unknown[] {
  return [id, userName, externalId, emails.map((one) => one.toLowerCase()), JSON.stringify(document), at];
}

/** Forgets what a directory said of a person, with their places in groups. The person stays. */
export async function deleteScimUser(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from scim_user where user_id = $1', [id]);
}

/** Gives a person the address and the id that a directory knows them by; an id that somebody else has is not taken. */
export async function noteDirectoryFacts(
  tx: Tx,
  id: string,
  { email, externalId }: { readonly email: string | null; readonly externalId: string | null },
): Promise<void> {
  await tx.query(
    `update app_user u
        set email = $2,
            external_id = case when $3::text is null
                                 or exists (select from app_user o where o.tenant_id = u.tenant_id and o.external_id = $3 and o.id <> u.id)
                               then u.external_id else $3 end
      where id = $1`,
    [id, email, externalId],
  );
}

/** Notes for people in which groups the directory has them; what identity providers say of them stays. */
export async function refreshGroups(tx: Tx, userIds: readonly string[], at: Date): Promise<void> {
  await tx.query(
    `insert into person_groups (tenant_id, user_id, provider_id, groups, noted_at)
     select u.tenant_id, u.id, null,
            array(select g.display_name from scim_group_member gm
                    join scim_group g on g.tenant_id = gm.tenant_id and g.id = gm.group_id
                   where gm.tenant_id = u.tenant_id and gm.user_id = u.id order by lower(g.display_name)), $2
       from app_user u where u.id = any($1::uuid[])
     on conflict (tenant_id, user_id, provider_id)
     do update set groups = excluded.groups, noted_at = excluded.noted_at`,
    [userIds, at],
  );
}

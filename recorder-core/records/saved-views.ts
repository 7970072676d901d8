import type { Tx } from './database.ts';

/** A search that somebody keeps. It is what stands in the address of a list, and gives no right to anything. */
export interface SavedView {
  readonly id: string;
  readonly list: 'recordings';
  readonly name: string;
  readonly search: Readonly<Record<string, string>>;
  /** Everybody of the tenant sees it. */
  readonly shared: boolean;
  readonly ownerId: string;
  /** Null where the person is not there any more. */
  readonly ownerName: string | null;
  /** The asker's list opens with it. */
  readonly isDefault: boolean;
}

const SEEN = `v.owner_id = $1 or v.shared`;
const COLUMNS = `v.id, v.list, v.name, v.search, v.shared, v.owner_id as "ownerId", u.name as "ownerName",
  exists (select from default_view d
           where d.tenant_id = v.tenant_id and d.user_id = $1 and d.list = v.list and d.view_id = v.id) as "isDefault"
  from saved_view v left join app_user u on u.tenant_id = v.tenant_id and u.id = v.owner_id`;

/** The views that somebody has, and those that others share, by name. */
export async function listViews(tx: Tx, userId: string): Promise<SavedView[]> {
  const { rows } = await tx.query<SavedView>(
    `select ${COLUMNS} where ${SEEN} order by lower(v.name), v.id limit 1000`,
    [userId],
  );
  return rows;
}

/** One view under its row's lock; undefined where there is none that this person sees. */
export async function lockView(tx: Tx, userId: string, id: string): Promise<SavedView | undefined> {
  const { rows } = await tx.query<SavedView>(
    `select ${COLUMNS} where v.id = $2 and (${SEEN}) for update of v`,
    [userId, id],
  );
  return rows[0];
}

/** How many views somebody keeps. */
export async function countViews(tx: Tx, userId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from saved_view where owner_id = $1',
    [userId],
  );
  return rows[0]?.count ?? 0;
}

/** What is kept of a view. */
export type KeptView = Pick<SavedView, 'id' | 'list' | 'name' | 'search' | 'shared' | 'ownerId'>;

/** Keeps a view, new or in the place of the one of this id; false where its owner has another of that name. */
export async function putView(tx: Tx, tenantId: string, view: KeptView, at: Date): Promise<boolean> {
  const { id, ownerId, list, name, search, shared } = view;
  const { rowCount } = await tx.query(
    `select from saved_view where owner_id = $1 and list = $2 and lower(name) = lower($3) and id <> $4`,
    [ownerId, list, name, id],
  );
  if (rowCount !== 0) return false;
  await tx.query(
    `insert into saved_view (tenant_id, id, owner_id, list, name, search, shared, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (tenant_id, id) do update set name = excluded.name, search = excluded.search,
       shared = excluded.shared, changed_at = excluded.changed_at`,
    [tenantId, id, ownerId, list, name, search, shared, at],
  );
  // What is not shared any more opens nobody else's list.
  if (!shared) await tx.query('delete from default_view where view_id = $1 and user_id <> $2', [id, ownerId]);
  return true;
}

/** Forgets a view, and that it was anybody's default. */
export async function deleteView(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from saved_view where id = $1', [id]);
}

/** With which view a list opens for somebody; null: with none. */
export async function setDefaultView(
  tx: Tx,
  tenantId: string,
  userId: string,
  list: SavedView['list'],
  viewId: string | null,
): Promise<void> {
  if (viewId === null)
    await tx.query('delete from default_view where user_id = $1 and list = $2', [userId, list]);
  else
    await tx.query(
      `insert into default_view (tenant_id, user_id, list, view_id) values ($1, $2, $3, $4)
       on conflict (tenant_id, user_id, list) do update set view_id = excluded.view_id`,
      [tenantId, userId, list, viewId],
    );
}

import type { Tx } from './database.ts';

/** What directories have pushed by SCIM, in numbers. */
export interface DirectoryFacts {
  readonly users: number;
  readonly groups: number;
  /** When the youngest change came; null where none did. */
  readonly lastChangedAt: Date | null;
}

/** How much directories have pushed, and when they last changed something. */
export async function readDirectoryFacts(tx: Tx): Promise<DirectoryFacts> {
  const { rows } = await tx.query<DirectoryFacts>(
    `select u.n as users, g.n as groups, greatest(u.at, g.at) as "lastChangedAt"
       from (select count(*)::int as n, max(changed_at) as at from scim_user) u,
            (select count(*)::int as n, max(changed_at) as at from scim_group) g`,
  );
  return rows[0] ?? { users: 0, groups: 0, lastChangedAt: null };
}

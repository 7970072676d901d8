import type { Tx } from './database.ts';

/** Who says in which groups somebody is: the directory by SCIM, or an identity provider by its id. */
export type GroupSource = 'directory' | { readonly providerId: string };

/** Writes what one source says; what the others say stays, and all of it together is what counts. */
export async function writeGroups(
  tx: Tx,
  tenantId: string,
  userId: string,
  said: { readonly source: GroupSource; readonly groups: readonly string[]; readonly at: Date },
): Promise<void> {
  const providerId = said.source === 'directory' ? null : said.source.providerId;
  await tx.query(
    `insert into person_groups (tenant_id, user_id, provider_id, groups, noted_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, user_id, provider_id)
     do update set groups = excluded.groups, noted_at = excluded.noted_at`,
    [tenantId, userId, providerId, said.groups, said.at],
  );
}

/** The groups that every source but one puts somebody in, each once. */
export async function readOtherGroups(tx: Tx, userId: string, but: GroupSource): Promise<string[]> {
  const providerId = but === 'directory' ? null : but.providerId;
  const { rows } = await tx.query<{ name: string }>(
    `select distinct unnest(groups) as name from person_groups
      where user_id = $1 and provider_id is distinct from $2 order by name`,
    [userId, providerId],
  );
  return rows.map(({ name }) => name);
}

import type { Tx } from './database.ts';

/**
 * Whether a connected system is told which matters hold a recording: not at all, by their ids, which mean nothing to anybody else, or by
 * name, with the id of the case and the regulatory triggers.
 */
export const MATTER_TAGS = ['none', 'ids', 'names'] as const;
export type MatterTags = (typeof MATTER_TAGS)[number];

/** Nobody needs more of one recording, and documents take no more. */
const MOST_TAGS = 64;

/**
 * The matters whose holds are in force on each of some recordings, as a connected system may be told of them, in order, at most 64 each;
 * asked for all of them at once. Of a recording with a classification nothing is told: whoever reads the other system need not be
 * among those for whom it is.
 */
export async function listMatterTags(
  tx: Tx,
  recordingIds: readonly string[],
  as: Exclude<MatterTags, 'none'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await tx.query<{ id: string; tags: string[] }>(
    `select r.id, array(
              select distinct tag
                from holds_on(r, false) x
                join hold h on h.tenant_id = r.tenant_id and h.id = x.hold_id
                join matter m on m.tenant_id = r.tenant_id and m.id = h.matter_id
                cross join lateral unnest(case when $2 then array[m.name, m.external_id] || m.tags else array[m.id::text] end) tag
               where x.released_at is null and tag is not null
               order by tag limit $3) as tags
       from recording r where r.id = any ($1) and r.classification is null`,
    [recordingIds, as === 'names', MOST_TAGS],
  );
  return new Map(rows.map(({ id, tags }) => [id, tags]));
}

/** Says what a locked connection is told of matters. */
export async function setMatterTags(tx: Tx, connectionId: string, tags: MatterTags): Promise<void> {
  await tx.query('update connection set matter_tags = $2 where id = $1', [connectionId, tags]);
}

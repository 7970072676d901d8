import type { Tx } from './database.ts';

/** Ids of the parts of these recordings that have not been destroyed. */
export async function readKeptParts(tx: Tx, recordingIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from part where recording_id = any ($1) and destroyed_at is null',
    [recordingIds],
  );
  return rows.map(({ id }) => id);
}

/**
 * Whether any of these parts was destroyed or condemned since they were read. Takes the rows of their recordings, whose lock
 * every tombstone and every destruction takes: where it answers no, nothing of them goes before this transaction has ended.
 */
export async function isAnyGoing(
  tx: Tx,
  recordingIds: readonly string[],
  partIds: readonly string[],
): Promise<boolean> {
  await tx.query('select from recording where id = any ($1) order by id for share', [recordingIds]);
  const { rowCount } = await tx.query(
    `select from unnest($1::uuid[]) as kept (id)
      where exists (select from tombstone_key k where k.part_id = kept.id)
         or not exists (select from part p where p.id = kept.id and p.recording_id = any ($2) and p.destroyed_at is null)
      limit 1`,
    [partIds, recordingIds],
  );
  return rowCount === 1;
}

import type { Tx } from './database.ts';

/** Ids of the live connections of these connectors that have been live, and not compared, since before an instant. */
export async function listConnectionsToCompare(
  tx: Tx,
  connectors: readonly string[],
  before: Date,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select c.id from connection c
      where c.state = 'live' and c.state_at < $2 and c.connector = any ($1)
        and not exists (select 1 from connection_comparison p where p.connection_id = c.id and p.asked_at >= $2)
      order by c.id`,
    [connectors, before],
  );
  return rows.map(({ id }) => id);
}

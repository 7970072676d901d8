import type { Tx } from './database.ts';

/** How far an engine is behind the records. */
export interface EngineStanding {
  /** Deliveries of recordings that are still to be told, up to the bound. */
  readonly waiting: number;
  readonly comparedAt: string | null;
  readonly differing: number | null;
}

/** How a connection stands with the records; waiting deliveries are counted up to `most`. */
export async function readEngineStanding(
  tx: Tx,
  connectionId: string,
  most: number,
): Promise<EngineStanding> {
  const { rows } = await tx.query<{ waiting: number; comparedAt: Date | null; differing: number | null }>(
    `select (select count(*)::int from (
               select from delivery d
                where d.connection_id = $1 and d.subject_type = 'recording' and d.state = 'queued'
                limit $2) w) as waiting,
            c.ended_at as "comparedAt",
            (select sum(value::int)::int from jsonb_each_text(c.counts)
              where key in ('missing', 'older', 'newer', 'extra', 'unknown')) as differing
       from (select) one
       left join lateral (
         select ended_at, counts from connection_comparison
          where connection_id = $1 and state = 'done' order by asked_at desc, id desc limit 1) c on true`,
    [connectionId, most],
  );
  const [row] = rows;
  return {
    waiting: row?.waiting ?? 0,
    comparedAt: row?.comparedAt?.toISOString() ?? null,
    differing: row?.differing ?? null,
  };
}

/** The revision at which the built-in search knows each of these recordings. */
export async function readIndexedRevisions(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; revision: string }>(
    'select recording_id as id, revision from search_document where recording_id = any ($1)',
    [ids],
  );
  return new Map(rows.map(({ id, revision }) => [id, Number(revision)]));
}

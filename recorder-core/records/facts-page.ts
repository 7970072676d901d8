import type { Tx } from './database.ts';
import { RETENTION_OF_R } from './recording-retention.ts';
import type { RecordingFacts } from './retention-facts.ts';

/** What retention looks at of a recording that is kept, read without the rest of its row. */
export type KeptRecording = RecordingFacts & { readonly startedAt: string };

interface Row {
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly retentionClass: string;
  readonly furtherClasses: readonly string[];
  readonly places: readonly string[] | null;
  readonly retainUntil: Date | null;
}

/** How many recordings are kept now: what a sample is a sample of. */
export async function countKept(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    "select count(*) as count from recording where state = 'retained'",
  );
  return rows[0]?.count ?? 0;
}

/** A page of kept recordings by id; of every `oneIn`-th where a sample is wanted, spread by a hash of the id. */
export async function readKeptPage(
  tx: Tx,
  after: string | null,
  limit: number,
  oneIn = 1,
): Promise<KeptRecording[]> {
  const { rows } = await tx.query<Row>(
    `select r.id, r.started_at as "startedAt", r.ended_at as "endedAt", r.retention_class as "retentionClass",
            r.further_classes as "furtherClasses", r.consent->'places' as places, k.retain_until as "retainUntil"
       from recording r ${RETENTION_OF_R}
      where r.state = 'retained' and ($1::uuid is null or r.id > $1)
        and ($3 = 1 or mod(abs(hashtext(r.id::text)::bigint), $3) = 0)
      order by r.id limit $2`,
    [after, limit, oneIn],
  );
  return rows.map(({ startedAt, endedAt, places, retainUntil, ...rest }) => ({
    ...rest,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    retainUntil: retainUntil?.toISOString() ?? null,
    consent: places === null ? {} : { places },
    retention: null, // what was promised by the last decision is in the date; a simulation looks at the rules
  }));
}

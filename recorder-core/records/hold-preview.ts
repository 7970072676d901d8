import type { HoldQuery } from '../policy/hold-query.ts';
import type { Tx } from './database.ts';
import { IS_HELD, queryRow } from './holds.ts';
import { RETENTION_OF_R } from './recording-retention.ts';

/** What a query reaches among what is there now; `complete` is false where time ran out before all was looked at. */
export interface QueryPreview {
  readonly matches: number;
  readonly complete: boolean;
  /** How many recordings were looked at, newest first. */
  readonly looked: number;
  /** Of the matches, those that a hold keeps already. */
  readonly heldAlready: number;
  /** The newest ones. */
  readonly sample: readonly string[];
}

const WINDOW = 10_000;
const SAMPLE = 10;
/** A call that lasted longer before `from` is reached all the same; the preview does not look further back. */
const LONGEST_CALL = '2 days';

/**
 * Counts what a query would reach, newest first, for as long as `goOn` says so; what was disposed of is left out. Placing
 * the hold needs none of this.
 */
export async function previewQuery(tx: Tx, query: HoldQuery, goOn: () => boolean): Promise<QueryPreview> {
  const found = { matches: 0, heldAlready: 0, looked: 0, sample: [] as string[] };
  let before: { startedAt: Date; id: string } | undefined;
  for (;;) {
    const { rows } = await tx.query<{
      looked: number;
      matches: number;
      held: number;
      ids: string[];
      last: Date | null;
      lastId: string | null;
    }>(
      `with page as materialized (
         select * from recording
          where ($2::timestamptz is null or started_at < $2) and ($3::timestamptz is null or started_at >= $3::timestamptz - $7::interval)
            and ($4::timestamptz is null or (started_at, id) < ($4::timestamptz, $5::uuid))
          order by started_at desc, id desc limit $6),
       found as (
         select r.id, r.started_at, ${IS_HELD} as held
           from page p join recording r on r.tenant_id = p.tenant_id and r.id = p.id,
                jsonb_populate_record(null::hold_query, $1) q, query_reaches(q, r)
          where r.state <> 'disposed')
       select (select count(*) from page)::int as looked, count(*)::int as matches,
              (count(*) filter (where held))::int as held,
              (array_agg(id order by started_at desc, id desc))[1:${SAMPLE}] as ids,
              (select started_at from page order by started_at, id limit 1) as last,
              (select id from page order by started_at, id limit 1) as "lastId"
         from found`,
      [
        queryRow(query),
        query.to,
        query.from,
        before?.startedAt ?? null,
        before?.id ?? null,
        WINDOW,
        LONGEST_CALL,
      ],
    );
    const page = rows[0];
    if (page === undefined) throw new Error('A count answered nothing.');
    found.matches += page.matches;
    found.heldAlready += page.held;
    found.looked += page.looked;
    found.sample.push(...(page.ids ?? []).slice(0, SAMPLE - found.sample.length));
    const { last, lastId } = page;
    const complete = page.looked < WINDOW || last === null || lastId === null;
    if (complete || !goOn()) return { ...found, complete };
    before = { startedAt: last, id: lastId };
  }
}

/** What would happen to what the holds reach once their grace is over. */
export interface ReleasePlan {
  readonly looked: number;
  /** False where more is reached than was looked at. */
  readonly complete: boolean;
  /** Kept by another hold. */
  readonly heldByOthers: number;
  /** Kept by the rules for longer than the grace. */
  readonly keptLonger: number;
  /** Due when the grace is over: the sweep decides each again and disposes of it. */
  readonly due: number;
  /** The first of those that are due. */
  readonly sample: readonly string[];
}

const PLAN_LIMIT = 5_000;

/** Plans the release of holds, as of the stored dates; nothing is changed. */
export async function planRelease(
  tx: Tx,
  holdIds: readonly string[],
  graceEndsAt: string,
): Promise<ReleasePlan> {
  const { rows } = await tx.query<Omit<ReleasePlan, 'complete' | 'sample'> & { sample: string[] | null }>(
    `with reached as (
       (select i.recording_id as id from hold_item i where i.hold_id = any ($1) limit $3)
       union
       (select r.id from hold_query q, recording r, query_reaches(q, r)
         where q.hold_id = any ($1) and r.tenant_id = q.tenant_id and r.state <> 'disposed' limit $3)
       limit $3),
     judged as (
       select r.id, k.retain_until <= $2 as over,
              exists (select from holds_on(r, false) x
                       where x.released_at is null and x.hold_id <> all ($1)) as others
         from reached join recording r on r.id = reached.id ${RETENTION_OF_R})
     select count(*)::int as looked, (count(*) filter (where others))::int as "heldByOthers",
            (count(*) filter (where not others and over is not true))::int as "keptLonger",
            (count(*) filter (where not others and over))::int as due,
            (array_agg(id order by id) filter (where not others and over))[1:${SAMPLE}] as sample
       from judged`,
    [holdIds, graceEndsAt, PLAN_LIMIT],
  );
  const plan = rows[0];
  if (plan === undefined) throw new Error('A count answered nothing.');
  return { ...plan, complete: plan.looked < PLAN_LIMIT, sample: plan.sample ?? [] };
}

import type { Tx } from './database.ts';
import { COUNTED, containing, type NarrowedFilter, type RecordingFilter } from './recording-filter.ts';

/** What is in more recordings than this is found sooner among the newest than by its index. */
const MOST_NAMED = 5_000;

/**
 * Looks up what may be rare: words, parties, holds, gaps, the way a call went, and a span of dates of retention. Where one of them is in
 * few recordings, those are named, and the list need not be walked through for them.
 */
export async function narrowFilter(tx: Tx, filter: RecordingFilter): Promise<NarrowedFilter> {
  const { words = [], partyWords = [], held, gaps, direction, keptFrom, keptTo } = filter;
  const matters = await mattersOf(tx, filter);
  const named = [
    filter.named,
    words.length > 0 && (await look(tx, 'found_by_words($2, $1)', [words.map(containing)])),
    partyWords.length > 0 && (await look(tx, 'found_by_party($2, $1)', [partyWords.map(containing)])),
    (matters !== undefined || held === true) && (await look(tx, 'found_by_holds($2, $1)', [matters ?? null])),
    direction !== undefined &&
      (await look(
        tx,
        '(select recording_id from call_record where direction = $2 and recording_id is not null limit $1)',
        [direction],
      )),
    (keptFrom !== undefined || keptTo !== undefined) &&
      (await look(
        tx,
        '(select recording_id from recording_retention where kept_until >= $2::timestamptz and kept_until < $3::timestamptz limit $1)',
        [keptFrom ?? '-infinity', keptTo ?? 'infinity'],
      )),
    gaps === true &&
      // In the order of its index, so that it is read by that.
      (await look(
        tx,
        `(select r.id from recording r where ${COUNTED.gaps} order by r.started_at desc, r.id desc limit $1)`,
        [],
      )),
  ].filter((ids) => ids !== undefined && ids !== false);
  const [first, ...others] = named.map((ids) => new Set(ids));
  if (first === undefined) return filter;
  return { ...filter, ids: [...first].filter((id) => others.every((each) => each.has(id))) };
}

/** All that one place knows, or undefined where it knows too many or cannot tell them. */
async function look(tx: Tx, from: string, values: readonly unknown[]): Promise<string[] | undefined> {
  const { rows } = await tx.query<{ id: string | null }>(`select id from ${from} as found (id)`, [
    MOST_NAMED + 1,
    ...values,
  ]);
  const ids = rows.flatMap(({ id }) => (id === null ? [] : [id]));
  return ids.length < rows.length || rows.length > MOST_NAMED ? undefined : ids;
}

/** The matters that a filter names by id or tag; undefined where it names none. */
async function mattersOf(tx: Tx, { tag, matter }: RecordingFilter): Promise<string[] | undefined> {
  if (tag === undefined) return matter === undefined ? undefined : [matter];
  const { rows } = await tx.query<{ id: string }>(
    'select id from matter where ($1 = external_id or $1 = any (tags)) and ($2::uuid is null or id = $2)',
    [tag, matter ?? null],
  );
  return rows.map(({ id }) => id);
}

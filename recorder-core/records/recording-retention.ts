import { formatInstant } from '../policy/calendar.ts';
import type { RestrictionGround } from '../policy/restriction.ts';
import { arrayText, sharedText, sparseText } from './array-text.ts';
import type { Tx } from './database.ts';
import { INSTANTS_AS_TEXT } from './instant-text.ts';
import { keepTemplates, takeApart, type ReasonTemplate } from './reason-templates.ts';
import type { Explanation } from './explanation.ts';
import type { RecordingFacts } from './retention-facts.ts';

/** A decision as it is stored beside a recording. Instants are ms since 1970. */
export interface StoredRetention {
  /** Null: no rule ends it. */
  readonly retainUntil: number | null;
  /** When it is looked at next; null: on its date. */
  readonly decideAt: number | null;
  /** The latest floor; null where none binds. */
  readonly keptFor: number | null;
  readonly reason: ReasonTemplate;
  /** For the gaps of the reason. */
  readonly dates: readonly number[];
}

/** SQL: the row of dates of `recording r`, which every recording has. */
export const RETENTION_OF_R =
  'join recording_retention k on k.tenant_id = r.tenant_id and k.recording_id = r.id';

/** SQL: beside those dates `k`, the words of the decision; null columns where there was none. */
export const REASON_OF_K = 'left join retention_reason w on w.tenant_id = k.tenant_id and w.id = k.reason_id';

/**
 * Stores decisions, each of another recording: their dates, and those reasons that nobody gave before. `leaving`: none of
 * them is retained from here on, as the caller is about to say in their own rows; so one change of the row says all.
 */
export async function storeRetention(
  tx: Tx,
  decided: readonly (StoredRetention & { readonly id: string })[],
  leaving = false,
): Promise<void> {
  if (decided.length === 0) return;
  await keepTemplates(tx, [...new Map(decided.map(({ reason }) => [reason.id, reason])).values()]);
  await tx.query({
    name: 'store-retention',
    text: `
      update recording_retention k
         set retain_until = v.retain_until, decide_at = v.decide_at, kept_for = v.kept_for,
             reason_id = coalesce(v.reason_id, ($5::uuid[])[1]), dates = v.dates::bigint[], revision = k.revision + 1,
             retained = k.retained and not $7
        from rows from (unnest($1::uuid[]), unnest($2::timestamptz[]), unnest($3::timestamptz[]),
                        unnest($4::timestamptz[]), unnest($5::uuid[]), unnest(string_to_array($6, ' ')))
          as v (id, retain_until, decide_at, kept_for, reason_id, dates)
       where k.recording_id = v.id`,
    values: [
      arrayText(decided.map(({ id }) => id)),
      sparseText(decided.map(({ retainUntil }) => instantOf(retainUntil))),
      sparseText(decided.map(({ decideAt }) => instantOf(decideAt))),
      sparseText(decided.map(({ keptFor }) => instantOf(keptFor))),
      sharedText(decided.map(({ reason }) => reason.id)),
      decided.map(({ dates }) => `{${dates.join(',')}}`).join(' '),
      leaving,
    ],
  });
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}

function msOf(instant: string | null | undefined): number | null {
  return instant === null || instant === undefined ? null : Date.parse(instant);
}

/** What is stored of a decision, from what it says. Pure. */
export function storedOf(
  explanation: Explanation,
  retainUntil: string | null,
  decideAt: string | null,
): StoredRetention {
  return {
    ...takeApart(explanation),
    retainUntil: msOf(retainUntil),
    decideAt: msOf(decideAt),
    keptFor: msOf(explanation.keptFor),
  };
}

/** Whether a decision leaves a recording the date that it has. Pure. */
export function keepsDate(
  recording: Pick<RetainedRecording, 'retainUntil'>,
  decided: Pick<StoredRetention, 'retainUntil'>,
): boolean {
  return msOf(recording.retainUntil) === decided.retainUntil;
}

/**
 * Stores the retention decision of one recording and the date until which it is kept. `decideAt` is when it is looked at
 * next where that is another date.
 */
export async function setRetention(
  tx: Tx,
  id: string,
  explanation: Explanation,
  retainUntil: string | null,
  decideAt: string | null = null,
): Promise<void> {
  await storeRetention(tx, [{ id, ...storedOf(explanation, retainUntil, decideAt) }]);
}

/** What the policy looks at of a recording that is kept, and no more of its row. */
export interface RetainedRecording extends RecordingFacts {
  readonly restriction: readonly RestrictionGround[] | null;
}

interface Row extends Pick<
  RetainedRecording,
  'id' | 'endedAt' | 'retentionClass' | 'retainUntil' | 'restriction'
> {
  readonly furtherClasses: string;
  readonly places: string | null;
  readonly keptFor: string | null;
  readonly decided: boolean;
}

/** SQL: the columns of `Row`. Lists as text, read once for all rows that have the same. */
const FACTS = `
  r.id, r.ended_at as "endedAt", r.retention_class as "retentionClass",
  to_json(r.further_classes)::text as "furtherClasses", r.consent ->> 'places' as places, k.retain_until as "retainUntil", k.kept_for as "keptFor",
  k.reason_id is not null as decided, r.restriction`;

/**
 * Those of these recordings that the tenant has, by their ids. Joined by id, and not compared with a list of ids, so that each
 * is looked for in the partition of its month alone.
 */
export async function readRetained(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RetainedRecording>> {
  const { rows } = await tx.query<Row>({
    name: 'read-retained',
    text: `select ${FACTS} from unnest($1::uuid[]) as asked (id) join recording r on r.id = asked.id ${RETENTION_OF_R}`,
    values: [arrayText(ids)],
    types: INSTANTS_AS_TEXT,
  });
  const lists = new Map<string, readonly string[]>();
  const listOf = (json: string): readonly string[] => {
    const known = lists.get(json);
    if (known !== undefined) return known;
    const list = JSON.parse(json) as readonly string[];
    lists.set(json, list);
    return list;
  };
  return new Map(
    rows.map(({ furtherClasses, places, keptFor, decided, ...row }) => [
      row.id,
      {
        ...row,
        furtherClasses: listOf(furtherClasses),
        consent: places === null ? {} : { places: listOf(places) },
        retention: decided ? { keptFor } : null,
      },
    ]),
  );
}

/** Locks a page of retained recordings by id; those that another transaction has locked are waited for. */
export async function lockRetained(
  tx: Tx,
  after: string | null,
  limit: number,
): Promise<RetainedRecording[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select recording_id as id from recording_retention where retained and ($1::uuid is null or recording_id > $1)
      order by recording_id limit $2 for update`,
    [after, limit],
  );
  const ids = rows.map(({ id }) => id);
  const found = await readRetained(tx, ids); // in a statement of its own: what changed before the locks were had is seen
  return ids.flatMap((id) => found.get(id) ?? []);
}

/**
 * Locks the dates of recordings for whoever destroys, holds or changes what the policy looks at; in one order, and always
 * before the recordings' own rows.
 */
export async function lockRetention(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(
    'select from recording_retention where recording_id = any ($1) order by recording_id for update',
    [ids],
  );
}

/** Has recordings that a review was about looked at again then. */
export async function lookAgain(tx: Tx, ids: readonly string[], at: string): Promise<void> {
  await lockRetention(tx, ids); // in the order of all others: nobody waits for each other
  await tx.query('update recording_retention set decide_at = $2 where recording_id = any ($1) and retained', [
    ids,
    at,
  ]);
}

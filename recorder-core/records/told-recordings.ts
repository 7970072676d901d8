import { arrayText, isRecordingOf } from './array-text.ts';
import { planOnce, type Tx } from './database.ts';
import type { Explanation } from './explanation.ts';
import { IS_HELD_OF_MANY } from './holds.ts';
import { INSTANTS_AS_TEXT } from './instant-text.ts';
import type { Recording } from './recordings.ts';

/** What connected systems are told of a recording, and what decides whether they are. */
export type ToldRecording = Pick<
  Recording,
  | 'id'
  | 'region'
  | 'state'
  | 'callId'
  | 'startedAt'
  | 'endedAt'
  | 'durationMs'
  | 'retainUntil'
  | 'revision'
  | 'held'
> & {
  readonly consent: Pick<Explanation, 'outcome'>;
  /** Null where nothing restricts its use. */
  readonly restriction: unknown;
};

type ToldRow = Omit<ToldRecording, 'consent'> & { readonly consent: string };

/** Those of these recordings that the tenant has, in no order; thousands at once, so only what is told of them. */
export async function readToldRecordings(tx: Tx, ids: readonly string[]): Promise<ToldRecording[]> {
  await planOnce(tx);
  const { rows } = await tx.query<ToldRow>({
    name: 'read-told-recordings',
    text: TOLD,
    values: [arrayText(ids)],
    types: INSTANTS_AS_TEXT,
  });
  return rows.map(({ consent, ...row }) => ({ ...row, consent: { outcome: consent } }));
}

/**
 * The dates of each are looked up by themselves: where most tenants have few recordings a planner would read all that a tenant has,
 * and one of them has millions.
 */
const TOLD = `
  with held as materialized (
    select r.id from recording r
     where ${isRecordingOf('r.id', '$1')} and ${IS_HELD_OF_MANY})
  select r.id, r.region, r.state, r.call_id as "callId", r.started_at as "startedAt", r.ended_at as "endedAt",
         r.duration_ms as "durationMs", k.retain_until as "retainUntil", r.revision + k.revision as revision, r.restriction,
         r.consent ->> 'outcome' as consent, r.id in (select id from held) as held
    from recording r
   cross join lateral (select d.retain_until, d.revision from recording_retention d
                        where d.tenant_id = r.tenant_id and d.recording_id = r.id offset 0) k
   where ${isRecordingOf('r.id', '$1')}`;

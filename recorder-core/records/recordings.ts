import type { Tx } from './database.ts';

export type RecordingState = 'captured' | 'stored' | 'retained' | 'disposing' | 'disposed';

/** A decision as it was made: what, why in sentences, by which rules of which pack, and when. */
export interface Explanation {
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly rules: readonly ExplainedRule[];
  readonly packDigest: string;
  readonly decidedAt: string;
}

/** One rule that took part in a decision. */
export interface ExplainedRule {
  readonly id: string;
  readonly source?: string | undefined;
  readonly status?: 'verified' | 'unverified' | undefined;
  readonly detail?: string | undefined;
}

/** How well one party could be heard (ITU-T G.107, listening only); the figures of `recorder-core/media/quality.ts`. */
export interface StreamQuality {
  readonly partId: string;
  readonly label: string | null;
  readonly codec: string | null;
  readonly packets: number;
  readonly lost: number;
  readonly late: number;
  readonly lossPercent: number;
  readonly burstRatio: number;
  readonly maxJitterMs: number;
  readonly scale: 'narrowband' | 'wideband' | null;
  readonly rFactor: number | null;
  readonly mosLq: number | null;
}

/** A recording as the database knows it. Instants are RFC 3339 in UTC. */
export interface Recording {
  readonly id: string;
  readonly region: string;
  readonly state: RecordingState;
  readonly source: 'siprec';
  readonly spoolNode: string;
  readonly callId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly partial: boolean;
  readonly retentionClass: string;
  readonly consent: Explanation;
  readonly retention: Explanation | null;
  readonly retainUntil: string | null;
  readonly policyEpoch: number;
  readonly warnings: readonly string[];
  /** One for each media part. */
  readonly quality: readonly StreamQuality[];
  /** Grows with every change of the recording or of its holds. */
  readonly revision: number;
  readonly held: boolean;
}

/** What a sealed recording brings to its first row. */
export type NewRecording = Omit<
  Recording,
  'state' | 'retention' | 'retainUntil' | 'policyEpoch' | 'revision' | 'held'
> & {
  /** The place of the session in its group, where the source counts. */
  readonly groupSequence?: number | null;
};

interface RecordingRow extends Omit<Recording, 'startedAt' | 'endedAt' | 'retainUntil'> {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly retainUntil: Date | null;
}

const COLUMNS = `
  r.id, r.region, r.state, r.source, r.spool_node as "spoolNode", r.call_id as "callId",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.duration_ms as "durationMs", r.partial,
  r.retention_class as "retentionClass", r.consent, r.retention, r.retain_until as "retainUntil",
  r.policy_epoch as "policyEpoch", r.warnings, r.quality, r.revision,
  exists (select from hold_item i join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id
           where i.tenant_id = r.tenant_id and i.recording_id = r.id and h.released_at is null) as held`;

function fromRow(row: RecordingRow): Recording {
  return {
    ...row,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt.toISOString(),
    retainUntil: row.retainUntil?.toISOString() ?? null,
  };
}

/** Adds a captured recording. Answers false, and changes nothing, when it was added before. */
export async function insertRecording(tx: Tx, tenantId: string, recording: NewRecording): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into recording (tenant_id, id, region, state, source, spool_node, call_id, started_at, ended_at,
                            duration_ms, partial, retention_class, consent, warnings, quality,
                            group_sequence)
     values ($1, $2, $3, 'captured', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict do nothing`,
    [
      tenantId,
      recording.id,
      recording.region,
      recording.source,
      recording.spoolNode,
      recording.callId,
      recording.startedAt,
      recording.endedAt,
      recording.durationMs,
      recording.partial,
      recording.retentionClass,
      recording.consent,
      JSON.stringify(recording.warnings),
      JSON.stringify(recording.quality),
      recording.groupSequence ?? null,
    ],
  );
  return rowCount === 1;
}

/** One recording, or undefined where the tenant has none of that id. */
export async function readRecording(tx: Tx, id: string): Promise<Recording | undefined> {
  const { rows } = await tx.query<RecordingRow>(`select ${COLUMNS} from recording r where r.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One recording under a row lock, so that a hold and a disposal never pass each other. */
export async function lockRecording(tx: Tx, id: string): Promise<Recording | undefined> {
  const { rowCount } = await tx.query('select from recording where id = $1 for update', [id]);
  return rowCount === 1 ? readRecording(tx, id) : undefined;
}

/** Filters of the list; `before` is the last row of the page before. */
export interface RecordingFilter {
  readonly words?: readonly string[];
  readonly state?: RecordingState;
  readonly held?: boolean;
  readonly before?: { readonly startedAt: string; readonly id: string };
  readonly limit: number;
}

/** A page of recordings, newest first; every word must occur in the search document. */
export async function listRecordings(tx: Tx, filter: RecordingFilter): Promise<Recording[]> {
  const { rows } = await tx.query<RecordingRow>(
    `select * from (
       select ${COLUMNS} from recording r
        where ($1::text is null or r.state = $1)
          and ($2::timestamptz is null or (r.started_at, r.id) < ($2::timestamptz, $3::uuid))
          and ($4::text[] is null or exists (
                select from search_document d
                 where d.tenant_id = r.tenant_id and d.recording_id = r.id and d.words like all ($4::text[])))
        order by r.started_at desc, r.id desc
     ) found
     where ($5::boolean is null or held = $5)
     order by "startedAt" desc, id desc
     limit $6`,
    [
      filter.state ?? null,
      filter.before?.startedAt ?? null,
      filter.before?.id ?? null,
      filter.words && filter.words.length > 0 ? filter.words.map(containing) : null,
      filter.held ?? null,
      filter.limit,
    ],
  );
  return rows.map(fromRow);
}

function containing(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}

/** Moves a recording from one state to the next; answers false when it was not in `from`. */
export async function changeState(
  tx: Tx,
  id: string,
  from: RecordingState,
  to: RecordingState,
): Promise<boolean> {
  const { rowCount } = await tx.query('update recording set state = $3 where id = $1 and state = $2', [
    id,
    from,
    to,
  ]);
  return rowCount === 1;
}

/** Stores the retention decision and the date until which the recording is kept. */
export async function setRetention(
  tx: Tx,
  id: string,
  retention: Explanation,
  retainUntil: string | null,
): Promise<void> {
  await tx.query('update recording set retention = $2, retain_until = $3 where id = $1', [
    id,
    retention,
    retainUntil,
  ]);
}

/** Raises the revision of recordings whose holds have changed. */
export async function touchRecordings(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('update recording set revision = revision where id = any ($1)', [ids]);
}

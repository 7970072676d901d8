import { joinGrounds, type Restriction, type RestrictionGround } from '../policy/restriction.ts';
import { arrayText, isRecordingOf } from './array-text.ts';
import { planOnce, type Tx } from './database.ts';
import type { Explanation } from './explanation.ts';
import { IS_HELD, passHoldGate } from './holds.ts';
import { narrowFilter } from './narrow-filter.ts';
import { putTogether, type ReasonBody } from './reason-templates.ts';
import { writeFilter, writeFrom, type RecordingFilter } from './recording-filter.ts';
import {
  NEWEST_FIRST,
  writeAfter,
  writeOrder,
  type RecordingOrder,
  type RecordingPlace,
} from './recording-order.ts';
import { lockRetention, REASON_OF_K, RETENTION_OF_R } from './recording-retention.ts';

export type RecordingState = 'captured' | 'stored' | 'retained' | 'disposing' | 'disposed';

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
  /** Whose calls these are, as the directory writes it; null: of no department. */
  readonly department: string | null;
  /** What it is about, in the form of `CLASSIFICATION`; null: nothing was said. */
  readonly classification: string | null;
  /** Classes beside that one, as they were added later. */
  readonly furtherClasses: readonly string[];
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
  /** Why it is kept and not used; null where nothing restricts it. Set and cleared by `restrictions.ts`. */
  readonly restriction: Restriction | null;
}

/** What a sealed recording brings to its first row. */
export type NewRecording = Omit<
  Recording,
  | 'department'
  | 'classification'
  | 'state'
  | 'furtherClasses'
  | 'retention'
  | 'retainUntil'
  | 'policyEpoch'
  | 'revision'
  | 'held'
  | 'restriction'
> & {
  readonly department?: string | null;
  readonly classification?: string | null;
  /** The place of the session in its group, where the source counts. */
  readonly groupSequence?: number | null;
};

interface RecordingRow extends Omit<
  Recording,
  'startedAt' | 'endedAt' | 'retention' | 'retainUntil' | 'restriction'
> {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly retention: ReasonBody | null;
  /** For the gaps of `retention`, as PostgreSQL writes them. */
  readonly dates: readonly string[] | null;
  readonly keptFor: Date | null;
  readonly retainUntil: Date | null;
  readonly restriction: RestrictionGround[] | null;
}

const COLUMNS = `
  r.id, r.region, r.state, r.source, r.spool_node as "spoolNode", r.call_id as "callId",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.duration_ms as "durationMs", r.partial,
  r.retention_class as "retentionClass", r.department, r.classification, r.further_classes as "furtherClasses", r.consent,
  w.body as retention, k.dates, k.kept_for as "keptFor", k.retain_until as "retainUntil", r.policy_epoch as "policyEpoch",
  r.warnings, r.quality, r.revision + k.revision as revision, r.restriction, ${IS_HELD} as held`;
/** Besides `recording r`. */
const JOINED = `${RETENTION_OF_R} ${REASON_OF_K}`;

function fromRow({ retention, dates, keptFor, ...row }: RecordingRow): Recording {
  return {
    ...row,
    retention: retention && {
      ...putTogether(retention, (dates ?? []).map(Number)),
      keptFor: keptFor?.toISOString() ?? null,
    },
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt.toISOString(),
    retainUntil: row.retainUntil?.toISOString() ?? null,
    restriction: joinGrounds(row.restriction ?? []),
  };
}

/** Adds a captured recording. Answers false, and changes nothing, when it was added before. */
export async function insertRecording(tx: Tx, tenantId: string, recording: NewRecording): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into recording (tenant_id, id, region, state, source, spool_node, call_id, started_at, ended_at,
                            duration_ms, partial, retention_class, consent, warnings, quality,
                            group_sequence, department, classification)
     values ($1, $2, $3, 'captured', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
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
      recording.department ?? null,
      recording.classification ?? null,
    ],
  );
  return rowCount === 1;
}

/** One recording, or undefined where the tenant has none of that id. */
export async function readRecording(tx: Tx, id: string): Promise<Recording | undefined> {
  const { rows } = await tx.query<RecordingRow>(
    `select ${COLUMNS} from recording r ${JOINED} where r.id = $1`,
    [id],
  );
  return rows[0] && fromRow(rows[0]);
}

type Standing = Pick<Recording, 'id' | 'state'> & { readonly restriction: unknown };

/** How these recordings stand: their state, and the grounds that restrict their use, null where there are none. */
export async function readStandings(tx: Tx, ids: readonly string[]): Promise<Standing[]> {
  const { rows } = await tx.query<Standing>(
    'select id, state, restriction from recording where id = any ($1)',
    [ids],
  );
  return rows;
}

/** How those of these recordings stand that are being disposed of, or are restricted; of the others nothing is said. */
export async function readConstrained(tx: Tx, ids: readonly string[]): Promise<Standing[]> {
  await planOnce(tx);
  const { rows } = await tx.query<Standing>({
    name: 'read-constrained-recordings',
    text: `select id, state, restriction from recording
            where ${isRecordingOf('id', '$1')} and (state in ('disposing', 'disposed') or restriction is not null)`,
    values: [arrayText(ids)],
  });
  return rows;
}

/**
 * One recording behind the gate of holds by query and under locks on both its rows, which holds by item take too: so a hold and a
 * disposal never pass each other, and no sweep decides about it meanwhile. Whatever destroys begins with this.
 */
export async function lockRecording(tx: Tx, id: string): Promise<Recording | undefined> {
  await passHoldGate(tx);
  await lockRetention(tx, [id]);
  const { rowCount } = await tx.query('select from recording where id = $1 for update', [id]);
  return rowCount === 1 ? readRecording(tx, id) : undefined;
}

/** A page of the list: what is looked for, how many, in which order, and `before`, the last row of the page before. */
export interface RecordingsAsked extends RecordingFilter {
  readonly before?: RecordingPlace;
  readonly order?: RecordingOrder;
  readonly limit: number;
}

/** A page of recordings, newest first where no other order is asked for. */
export async function listRecordings(
  tx: Tx,
  { before, limit, order = NEWEST_FIRST, ...filter }: RecordingsAsked,
): Promise<Recording[]> {
  const values: unknown[] = [limit];
  const condition = writeFilter(await narrowFilter(tx, filter), values);
  const after = before === undefined ? '' : `${writeAfter(order, before, values)} and`;
  const { rows } = await tx.query<RecordingRow>(
    `select ${COLUMNS} from (
       select r as kept from ${writeFrom(filter, order)}
        where ${after} ${condition}
        order by ${writeOrder(order)}
        limit $1
     ) page
     cross join unnest(array[page.kept]) r
     ${JOINED}
     order by ${writeOrder(order)}`,
    values,
  );
  return rows.map(fromRow);
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

/** Adds classes, each once; answers all but the first one it was captured under. */
export async function addClasses(tx: Tx, id: string, classes: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ classes: string[] }>(
    `update recording
        set further_classes = array(select distinct unnest(further_classes || $2::text[]) order by 1)
      where id = $1 returning further_classes as classes`,
    [id, classes],
  );
  return rows[0]?.classes ?? [];
}

/** Raises the revision of recordings whose holds have changed. */
export async function touchRecordings(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('update recording set revision = revision where id = any ($1)', [ids]);
}

import type { CutGround, CutState } from '../policy/cut.ts';
import type { Tx } from './database.ts';
import type { LeafPerson } from './leaf-people.ts';
import type { Explanation } from './explanation.ts';

/** A span of time that is to be cut out of a recording, or was. Its id is that of its approval too. */
export interface RecordingCut {
  readonly id: string;
  readonly recordingId: string;
  /** Labels of the lines. */
  readonly labels: readonly string[];
  /** Half-open, in milliseconds from the recording's start. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly ground: CutGround;
  /** In the words of whoever asked; empty once the recording is disposed of. */
  readonly reason: string;
  readonly askedBy: LeafPerson;
  readonly askedAt: string;
  readonly state: CutState;
  /** The second person; null while nobody has agreed. */
  readonly decidedBy: LeafPerson | null;
  /** The decision that keeps the span; null while nothing does. */
  readonly decision: Explanation | null;
  readonly disposalId: string | null;
  /** Since when the parts without the span stand. */
  readonly derivedAt: string | null;
  readonly endedAt: string | null;
}

interface CutRow extends Omit<RecordingCut, 'askedBy' | 'decidedBy' | 'askedAt' | 'derivedAt' | 'endedAt'> {
  readonly asked_by: string;
  readonly asker: string | null;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly askedAt: Date;
  readonly derivedAt: Date | null;
  readonly endedAt: Date | null;
}

const SELECT = `
  select c.id, c.recording_id as "recordingId", c.labels, c.from_ms as "fromMs", c.to_ms as "toMs", c.ground, c.reason,
         c.asked_by, r.name as asker, c.asked_at as "askedAt", c.state, a.decided_by, d.name as decider, c.decision,
         c.disposal_id as "disposalId", c.derived_at as "derivedAt", c.ended_at as "endedAt"
    from recording_cut c
    left join approval a on a.tenant_id = c.tenant_id and a.id = c.id and a.state = 'approved'
    left join app_user r on r.tenant_id = c.tenant_id and r.id = c.asked_by
    left join app_user d on d.tenant_id = c.tenant_id and d.id = a.decided_by`;

function fromRow(row: CutRow): RecordingCut {
  const { asked_by, asker, decided_by, decider, askedAt, derivedAt, endedAt, ...rest } = row;
  return {
    ...rest,
    askedBy: { id: asked_by, name: asker ?? asked_by },
    decidedBy: decided_by === null ? null : { id: decided_by, name: decider ?? decided_by },
    askedAt: askedAt.toISOString(),
    derivedAt: derivedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** What a cut is made of when it is asked for. */
export type NewCut = Pick<
  RecordingCut,
  'id' | 'recordingId' | 'labels' | 'fromMs' | 'toMs' | 'ground' | 'reason' | 'askedBy' | 'askedAt'
>;

/** Adds a cut in the state `asked`. */
export async function insertCut(tx: Tx, tenantId: string, cut: NewCut): Promise<void> {
  await tx.query(
    `insert into recording_cut (tenant_id, id, recording_id, labels, from_ms, to_ms, ground, reason, asked_by, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantId,
      cut.id,
      cut.recordingId,
      cut.labels,
      cut.fromMs,
      cut.toMs,
      cut.ground,
      cut.reason,
      cut.askedBy.id,
      cut.askedAt,
    ],
  );
}

/** One cut, or undefined. */
export async function readCut(tx: Tx, id: string): Promise<RecordingCut | undefined> {
  const { rows } = await tx.query<CutRow>(`${SELECT} where c.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The cuts of a recording, in the order in which they were asked for. */
export async function listCuts(tx: Tx, recordingId: string): Promise<RecordingCut[]> {
  const { rows } = await tx.query<CutRow>(`${SELECT} where c.recording_id = $1 order by c.id`, [recordingId]);
  return rows.map(fromRow);
}

/** The cut for which an order to destroy parts was given, or undefined. */
export async function readCutOfDisposal(tx: Tx, disposalId: string): Promise<RecordingCut | undefined> {
  const { rows } = await tx.query<CutRow>(`${SELECT} where c.disposal_id = $1`, [disposalId]);
  return rows[0] && fromRow(rows[0]);
}

/** What comes with a new state. */
export interface CutChange {
  readonly decision?: Explanation | null;
  readonly disposalId?: string | null;
  readonly derivedAt?: string;
  readonly endedAt?: string;
}

/** Moves a cut to a state with what belongs to it; what is left out stays. Under the lock of its recording. */
export async function moveCut(tx: Tx, id: string, state: CutState, change: CutChange = {}): Promise<void> {
  const { decision, disposalId, derivedAt, endedAt } = change;
  await tx.query(
    `update recording_cut set state = $2, decision = case when $3 then $4 else decision end,
            disposal_id = case when $5 then $6 else disposal_id end, derived_at = coalesce($7, derived_at),
            ended_at = coalesce($8, ended_at)
      where id = $1`,
    [
      id,
      state,
      decision !== undefined,
      decision === undefined || decision === null ? null : JSON.stringify(decision),
      disposalId !== undefined,
      disposalId ?? null,
      derivedAt ?? null,
      endedAt ?? null,
    ],
  );
}

/** Forgets what people wrote about the cuts of a recording that is disposed of, in the questions to a second person too. */
export async function forgetCutReasons(tx: Tx, recordingId: string): Promise<void> {
  await tx.query("update recording_cut set reason = '' where recording_id = $1", [recordingId]);
  await tx.query(
    `update approval set summary = 'A span of a recording that is disposed of.', reason = null
      where kind = 'recording-cut' and id in (select id from recording_cut where recording_id = $1)`,
    [recordingId],
  );
}

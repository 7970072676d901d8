import { HISTORY_DAYS, type ClassVolume } from '../policy/disposal-volume.ts';
import type { Tx } from './database.ts';
import type { RuleCount, SampledDisposal } from './plan-disposals.ts';

/** Where a run stands. A refused one claims nothing until `resumeAt`, when it is asked about anew. */
export type DisposalRunState = 'claiming' | 'waiting' | 'approved' | 'refused' | 'done';

/** What a sweep found in a tenant, and whether it may go. A tenant has one that is open at most. */
export interface DisposalRun {
  readonly id: string;
  readonly state: DisposalRunState;
  readonly openedAt: string;
  /** Nothing that fell due later is part of it. */
  readonly asOf: string;
  /** How many would be disposed of, when it was opened; not exact where the look was ended above the limit. */
  readonly due: number;
  readonly dueExact: boolean;
  readonly classes: readonly ClassVolume[];
  readonly rules: readonly RuleCount[];
  readonly sample: readonly SampledDisposal[];
  /** Why it may go on, or why it waits. */
  readonly rule: string;
  readonly reason: string | null;
  readonly approvalId: string | null;
  readonly resumeAt: string | null;
  readonly claimed: number;
  readonly kept: number;
  readonly endedAt: string | null;
}

interface RunRow extends Omit<DisposalRun, 'openedAt' | 'asOf' | 'resumeAt' | 'endedAt'> {
  readonly openedAt: Date;
  readonly asOf: Date;
  readonly resumeAt: Date | null;
  readonly endedAt: Date | null;
}

const SELECT = `select id, state, opened_at as "openedAt", as_of as "asOf", due, due_exact as "dueExact", classes, rules, sample,
  rule, reason, approval_id as "approvalId", resume_at as "resumeAt", claimed, kept, ended_at as "endedAt" from disposal_run`;

function fromRow(row: RunRow): DisposalRun {
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    asOf: row.asOf.toISOString(),
    resumeAt: row.resumeAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** The run of the tenant that is not over. */
export async function readOpenRun(tx: Tx): Promise<DisposalRun | undefined> {
  const { rows } = await tx.query<RunRow>(`${SELECT} where ended_at is null`);
  return rows[0] && fromRow(rows[0]);
}

/** One run, or undefined. */
export async function readRun(tx: Tx, id: string): Promise<DisposalRun | undefined> {
  const { rows } = await tx.query<RunRow>(`${SELECT} where id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The run under which a recording was claimed last. */
export async function readRunOf(tx: Tx, recordingId: string): Promise<DisposalRun | undefined> {
  const { rows } = await tx.query<RunRow>(
    `${SELECT} where id = (select disposal_run from recording where id = $1)`,
    [recordingId],
  );
  return rows[0] && fromRow(rows[0]);
}

/** One run under a row lock, or undefined. */
export async function lockRun(tx: Tx, id: string): Promise<DisposalRun | undefined> {
  const { rowCount } = await tx.query('select from disposal_run where id = $1 for update', [id]);
  return rowCount === 1 ? readRun(tx, id) : undefined;
}

const LIST_LIMIT = 200;

/** The newest runs, at most 200. */
export async function listRuns(tx: Tx): Promise<DisposalRun[]> {
  const { rows } = await tx.query<RunRow>(`${SELECT} order by opened_at desc, id desc limit $1`, [
    LIST_LIMIT,
  ]);
  return rows.map(fromRow);
}

/** What a run is opened with. */
export type NewRun = Omit<DisposalRun, 'claimed' | 'kept' | 'endedAt' | 'resumeAt'>;

/** Opens a run; false, and nothing changes, where the tenant has one that is open. */
export async function insertRun(tx: Tx, tenantId: string, run: NewRun): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into disposal_run (tenant_id, id, state, opened_at, as_of, due, due_exact, classes, rules, sample, rule, reason,
                               approval_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
    [
      tenantId,
      run.id,
      run.state,
      run.openedAt,
      run.asOf,
      run.due,
      run.dueExact,
      JSON.stringify(run.classes),
      JSON.stringify(run.rules),
      JSON.stringify(run.sample),
      run.rule,
      run.reason,
      run.approvalId,
    ],
  );
  return rowCount === 1;
}

/** Moves a run from one state to another; answers false, and changes nothing, from any other. */
export async function moveRun(
  tx: Tx,
  id: string,
  from: DisposalRunState,
  change: {
    readonly state: DisposalRunState;
    readonly reason?: string | null;
    readonly resumeAt?: string;
    readonly endedAt?: string;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update disposal_run set state = $3, reason = coalesce($4, reason), resume_at = $5, ended_at = $6
      where id = $1 and state = $2 and ended_at is null`,
    [id, from, change.state, change.reason ?? null, change.resumeAt ?? null, change.endedAt ?? null],
  );
  return rowCount === 1;
}

/** Adds to what a run has claimed and kept, and to the day's tally of each class. Last in its transaction: others wait for it. */
export async function countClaims(
  tx: Tx,
  tenantId: string,
  counted: {
    readonly runId: string;
    readonly at: Date;
    readonly claimed: ReadonlyMap<string, number>;
    readonly kept: number;
  },
): Promise<void> {
  const { runId, at, claimed, kept } = counted;
  const classes = [...claimed.keys()].sort();
  const sum = [...claimed.values()].reduce((a, b) => a + b, 0);
  if (classes.length > 0)
    await tx.query(
      `insert into disposal_tally (tenant_id, day, retention_class, claimed)
       select $1, $2::date, t.name, t.claimed from unnest($3::text[], $4::int[]) as t (name, claimed)
       on conflict (tenant_id, day, retention_class) do update set claimed = disposal_tally.claimed + excluded.claimed`,
      [tenantId, dayOf(at), classes, classes.map((name) => claimed.get(name) ?? 0)],
    );
  if (sum + kept > 0)
    await tx.query('update disposal_run set claimed = claimed + $2, kept = kept + $3 where id = $1', [
      runId,
      sum,
      kept,
    ]);
}

/** What was claimed of each class today, and on each day of the history on which something was. */
export async function readTally(
  tx: Tx,
  at: Date,
): Promise<Map<string, Pick<ClassVolume, 'today' | 'history'>>> {
  const { rows } = await tx.query<{ name: string; today: number; history: number[] }>(
    `select retention_class as name, coalesce(sum(claimed) filter (where day = $1::date), 0)::int as today,
            coalesce(array_agg(claimed order by day) filter (where day < $1::date), '{}') as history
       from disposal_tally where day > $1::date - $2::int - 1 and day <= $1::date group by retention_class`,
    [dayOf(at), HISTORY_DAYS],
  );
  return new Map(rows.map(({ name, today, history }) => [name, { today, history }]));
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

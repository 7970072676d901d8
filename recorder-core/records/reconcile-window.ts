import {
  reconcileCalls,
  TOLERANCES,
  type Absence,
  type KeptRecording,
  type Reconciled,
  type ReconcileInput,
  type RefusedCall,
  type ToldCall,
} from '../policy/reconcile-calls.ts';
import { addressDigest, callIdDigest, plainAddress, type NumberHabits } from './call-identity.ts';
import { daysWithCallRecords, listSources } from './call-record-imports.ts';
import type { Tx } from './database.ts';
import { healFindings, raiseFindings, type FindingContext, type NewFinding } from './findings.ts';
import type { ReconciliationTally } from './reconciliations.ts';

/** Part of a window that is compared in one transaction. */
export interface WindowPart extends FindingContext {
  /** Under which addresses are digested. */
  readonly callSecret: Buffer;
  readonly from: Date;
  readonly to: Date;
}

/** Calls at the edge may be recordings beyond it: so far is looked on either side, and judged is what lies between. */
const MARGIN_MS = TOLERANCES.skewMs + 2 * TOLERANCES.startMs;
/** A clock that is further off than this is told. */
const SKEW_TOLD_MS = 60_000;
const KINDS = ['call-missing', 'recording-unlisted', 'length-differs'] as const;

/**
 * Compares the calls of a time with what was recorded, keeps what became of each, and raises and heals findings. Done again
 * it gives the same, or what rows that came late have made of it.
 */
export async function reconcileWindow(tx: Tx, part: WindowPart): Promise<ReconciliationTally> {
  const input = await readInput(tx, part);
  const result = reconcileCalls(input);
  const isInside = (ms: number): boolean => ms >= part.from.getTime() && ms < part.to.getTime();
  const calls = input.calls.filter(({ startMs }) => isInside(startMs));
  const recordings = input.recordings.filter(({ startMs }) => isInside(startMs));
  await keepVerdicts(tx, part.now, calls, result);
  const covered = new Set(await daysWithCallRecords(tx, part.from.toISOString(), part.to.toISOString()));
  const unlisted = recordings.filter(
    ({ id, startMs }) =>
      result.unlisted.includes(id) && covered.has(new Date(startMs).toISOString().slice(0, 10)),
  );
  const found = findingsOf(calls, unlisted, result);
  await raiseFindings(tx, part, found);
  const subjectIds = [...calls, ...recordings].map(({ id }) => id);
  const stillFound = found.map(({ key }) => key);
  await healFindings(tx, part, { section: 'calls', kinds: KINDS, subjectIds, stillFound });
  await noteSkews(tx, part, result);
  return tallyOf(calls, recordings, unlisted, result);
}

async function readInput(tx: Tx, { from, to, tenantId, callSecret }: WindowPart): Promise<ReconcileInput> {
  const around = [new Date(from.getTime() - MARGIN_MS), new Date(to.getTime() + MARGIN_MS)] as const;
  const habits = [{}, ...(await listSources(tx)).map(({ numbers }) => numbers)];
  return {
    calls: await readCalls(tx, around),
    recordings: await readRecordings(tx, tenantId, callSecret, habits, around),
    refusals: await readRefusals(tx, around),
    absences: await readAbsences(tx, around),
  };
}

type Span = readonly [Date, Date];

async function readCalls(tx: Tx, span: Span): Promise<ToldCall[]> {
  const { rows } = await tx.query<
    Omit<ToldCall, 'startMs' | 'internal'> & { startedAt: Date; direction: string }
  >(
    `select id, source, array(select encode(one, 'hex') from unnest(call_ids) as one) as "callIds",
            started_at as "startedAt", duration_ms as "durationMs", answered, direction,
            to_be_recorded as "toBeRecorded",
            array_remove(array[encode(from_digest, 'hex'), encode(to_digest, 'hex')], null) as addresses
       from call_record where started_at >= $1 and started_at < $2 order by started_at, id`,
    [...span],
  );
  return rows.map(({ startedAt, direction, ...row }) => ({
    ...row,
    callIds: [...row.callIds, `kept:${row.id}`],
    startMs: startedAt.getTime(),
    internal: direction === 'internal',
  }));
}

async function readRecordings(
  tx: Tx,
  tenantId: string,
  secret: Buffer,
  habits: readonly NumberHabits[],
  span: Span,
): Promise<KeptRecording[]> {
  const { rows } = await tx.query<RecordingRow>(
    `select r.id, r.started_at as "startedAt", r.ended_at as "endedAt", r.state = 'disposed' as disposed,
            r.call_id as "callId",
            array(select encode(i.digest, 'hex') from recording_identity i
                   where i.tenant_id = r.tenant_id and i.recording_id = r.id and i.kind <> 'participant') as identity,
            array(select c.id from call_record c where c.tenant_id = r.tenant_id and c.recording_id = r.id
                     and r.state = 'disposed') as calls,
            array(select p.address from party p
                   where p.tenant_id = r.tenant_id and p.recording_id = r.id and p.address is not null) as addresses
       from recording r where r.started_at >= $1 and r.started_at < $2 order by r.started_at, r.id`,
    [...span],
  );
  return rows.map((row) => ({
    id: row.id,
    callIds: [
      ...row.identity,
      ...row.calls.map((id) => `kept:${id}`),
      ...(row.callId === null ? [] : [callIdDigest(tenantId, 'sip-call-id', row.callId).toString('hex')]),
    ],
    addresses: digestsOf(secret, tenantId, row.addresses, habits),
    startMs: row.startedAt.getTime(),
    endMs: row.endedAt.getTime(),
    disposed: row.disposed,
  }));
}

interface RecordingRow {
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly disposed: boolean;
  readonly callId: string | null;
  readonly identity: readonly string[];
  /** Calls that it was found to be before it was disposed of and lost all else by which it can be recognised. */
  readonly calls: readonly string[];
  readonly addresses: readonly string[];
}

/** The digests of addresses in every spelling that a telephone system of the house has for them. */
export function digestsOf(
  secret: Buffer,
  tenantId: string,
  addresses: readonly string[],
  habits: readonly NumberHabits[],
): string[] {
  const plain = addresses.flatMap((address) => habits.map((habit) => plainAddress(address, habit)));
  return [...new Set(plain.filter((one) => one !== undefined))].map((one) =>
    addressDigest(secret, tenantId, one).toString('hex'),
  );
}

async function readRefusals(tx: Tx, span: Span): Promise<RefusedCall[]> {
  const { rows } = await tx.query<Omit<RefusedCall, 'atMs'> & { at: Date }>(
    `select id, at, reason, array(select encode(one, 'hex') from unnest(call_ids) as one) as "callIds",
            array(select encode(one, 'hex') from unnest(addresses) as one) as addresses
       from refused_call where at >= $1 and at < $2 order by at, id`,
    [...span],
  );
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }));
}

/** Times in which every recorder had been drained by a person: from the last drain to the first undrain. */
async function readAbsences(tx: Tx, [from, to]: Span): Promise<Absence[]> {
  const { rows } = await tx.query<{ node: string; drainedAt: Date; backAt: Date | null }>(
    `select d.node, d.settled_at as "drainedAt",
            (select min(u.taken_at) from recorder_command u
              where u.node = d.node and u.verb = 'undrain' and u.outcome = 'done' and u.taken_at > d.settled_at) as "backAt"
       from recorder_command d
      where d.verb = 'drain' and d.outcome = 'done' and d.settled_at < $2
        and d.settled_at > $1::timestamptz - interval '7 days'`,
    [from, to],
  );
  const nodes = await tx.query<{ count: number }>('select count(*) as count from recorder_node');
  const count = nodes.rows[0]?.count ?? 0;
  if (count === 0 || new Set(rows.map(({ node }) => node)).size < count) return [];
  const edges = [
    ...new Set(rows.flatMap(({ drainedAt, backAt }) => [drainedAt.getTime(), (backAt ?? to).getTime()])),
  ].sort((a, b) => a - b);
  return edges.slice(0, -1).flatMap((fromMs, index) => {
    const toMs = edges[index + 1] ?? fromMs;
    const away = rows.filter(
      ({ drainedAt, backAt }) => drainedAt.getTime() <= fromMs && (backAt ?? to).getTime() >= toMs,
    );
    return new Set(away.map(({ node }) => node)).size === count ? [{ fromMs, toMs }] : [];
  });
}

interface VerdictRow {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly recording_id: string | null;
}

async function keepVerdicts(
  tx: Tx,
  now: Date,
  calls: readonly ToldCall[],
  { verdicts }: Reconciled,
): Promise<void> {
  const rows = calls.flatMap(({ id }): VerdictRow[] => {
    const verdict = verdicts.get(id);
    if (verdict === undefined) return [];
    if (verdict.outcome === 'recorded')
      return [
        {
          id,
          outcome: verdict.outcome,
          reason: verdict.disposed ? `${verdict.by}/disposed` : verdict.by,
          recording_id: verdict.recordingId,
        },
      ];
    const reason = verdict.outcome === 'explained' ? verdict.reason : null;
    return [{ id, outcome: verdict.outcome, reason, recording_id: null }];
  });
  await tx.query(
    `update call_record c set outcome = v.outcome, reason = v.reason, recording_id = v.recording_id, judged_at = $2
       from jsonb_to_recordset($1::jsonb) as v (id uuid, outcome text, reason text, recording_id uuid)
      where c.id = v.id
        and (c.outcome, coalesce(c.reason, ''), coalesce(c.recording_id, c.id))
            is distinct from (v.outcome, coalesce(v.reason, ''), coalesce(v.recording_id, c.id))`,
    [JSON.stringify(rows), now],
  );
}

function findingsOf(
  calls: readonly ToldCall[],
  unlisted: readonly KeptRecording[],
  { verdicts, differences }: Reconciled,
): NewFinding[] {
  const finding = (
    kind: (typeof KINDS)[number],
    severity: NewFinding['severity'],
    subject: NewFinding['subject'],
    statement: string,
  ): NewFinding => ({ key: `${kind}/${subject.id}`, section: 'calls', kind, severity, subject, statement });
  const ids = new Set(calls.map(({ id }) => id));
  return [
    ...calls
      .filter(({ id }) => verdicts.get(id)?.outcome === 'missing')
      .map(({ id, source, startMs }) =>
        finding(
          'call-missing',
          'major',
          { type: 'call-record', id },
          `The call of ${new Date(startMs).toISOString()} that ${source} tells of is not recorded, and nothing explains why.`,
        ),
      ),
    ...unlisted.map(({ id }) =>
      finding(
        'recording-unlisted',
        'minor',
        { type: 'recording', id },
        'This recording is of a call that no telephone system tells of, though call records of that day have come.',
      ),
    ),
    ...differences
      .filter(({ callId }) => ids.has(callId))
      .map(({ recordingId, toldMs, recordedMs }) =>
        finding(
          'length-differs',
          recordedMs < toldMs ? 'major' : 'minor',
          { type: 'recording', id: recordingId },
          `The telephone system tells of ${Math.round(toldMs / 1000)} s of talking; ${Math.round(recordedMs / 1000)} s are recorded.`,
        ),
      ),
  ];
}

async function noteSkews(tx: Tx, part: WindowPart, { skews }: Reconciled): Promise<void> {
  const told = Object.entries(skews).filter(([, skew]) => skew !== null);
  const wrong = told.flatMap(([source, skew]): NewFinding[] =>
    Math.abs(skew ?? 0) <= SKEW_TOLD_MS
      ? []
      : [
          {
            key: `clock-skew/${source}`,
            section: 'calls',
            kind: 'clock-skew',
            severity: 'minor',
            subject: { type: 'call-record-source', id: source },
            statement: `The clock of ${source} is ${Math.round(Math.abs(skew ?? 0) / 1000)} s ${(skew ?? 0) > 0 ? 'ahead of' : 'behind'} that of the recorders; calls were compared with that in mind.`,
          },
        ],
  );
  await raiseFindings(tx, part, wrong);
  await healFindings(tx, part, {
    section: 'calls',
    kinds: ['clock-skew'],
    subjectIds: told.map(([source]) => source),
    stillFound: wrong.map(({ key }) => key),
  });
}

function tallyOf(
  calls: readonly ToldCall[],
  recordings: readonly KeptRecording[],
  unlisted: readonly KeptRecording[],
  { verdicts, differences }: Reconciled,
): ReconciliationTally {
  const tally: Record<string, number> = {
    calls: calls.length,
    recorded: 0,
    explained: 0,
    missing: 0,
    recordings: recordings.length,
    unlisted: unlisted.length,
    differing: differences.filter(({ callId }) => calls.some(({ id }) => id === callId)).length,
  };
  for (const { id } of calls) {
    const outcome = verdicts.get(id)?.outcome;
    if (outcome !== undefined) tally[outcome] = (tally[outcome] ?? 0) + 1;
  }
  return tally;
}

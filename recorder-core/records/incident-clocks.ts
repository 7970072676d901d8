import { clockStateAt, type AgendaClock, type ClockState } from '../policy/incident-agenda.ts';
import { changesOf, planClocks, type ClockChanges, type PlannedClock } from '../policy/incident-clocks.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import type { Tx } from './database.ts';
import type { Incident } from './incidents.ts';

/** A clock of the law that was started for an incident. */
export interface IncidentClock {
  readonly id: string;
  readonly incidentId: string;
  readonly ruleId: string;
  readonly regime: string;
  readonly duty: string;
  /** What has to be told to whom. */
  readonly title: string;
  readonly startEvent: string;
  readonly startedAt: string;
  readonly dueAt: string;
  /** Whether counsel has reviewed the rule it is from. */
  readonly verified: boolean;
  readonly source: string;
  readonly packDigest: string;
  readonly reminders: number;
  readonly missedAt: string | null;
  readonly answeredAt: string | null;
  readonly answeredBy: string | null;
  readonly evidence: string | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
}

interface ClockRow extends Omit<
  IncidentClock,
  'startedAt' | 'dueAt' | 'missedAt' | 'answeredAt' | 'endedAt'
> {
  readonly startedAt: Date;
  readonly dueAt: Date;
  readonly missedAt: Date | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
}

/** The clocks of incidents, by when they are due. */
export async function readIncidentClocks(tx: Tx, incidentIds: readonly string[]): Promise<IncidentClock[]> {
  const { rows } = await tx.query<ClockRow>(
    `select c.id, c.incident_id as "incidentId", c.rule_id as "ruleId", c.regime, c.stage as duty, c.title,
            c.start_event as "startEvent", c.started_at as "startedAt", c.due_at as "dueAt", c.verified, c.source,
            c.pack_digest as "packDigest", c.reminders, c.missed_at as "missedAt", c.answered_at as "answeredAt",
            coalesce(u.name, c.answered_by::text) as "answeredBy", c.evidence, c.ended_at as "endedAt",
            c.end_reason as "endReason"
       from incident_clock c left join app_user u on u.tenant_id = c.tenant_id and u.id = c.answered_by
      where c.incident_id = any ($1) order by c.due_at, c.rule_id`,
    [incidentIds],
  );
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    missedAt: row.missedAt?.toISOString() ?? null,
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}

/** A clock as the agenda looks at it. */
export function agendaClockOf(clock: IncidentClock): AgendaClock {
  return {
    id: clock.id,
    startedAtMs: Date.parse(clock.startedAt),
    dueAtMs: Date.parse(clock.dueAt),
    answeredAtMs: clock.answeredAt === null ? null : Date.parse(clock.answeredAt),
    endedAtMs: clock.endedAt === null ? null : Date.parse(clock.endedAt),
    reminders: clock.reminders,
    missed: clock.missedAt !== null,
  };
}

/** The state of a clock at a moment. */
export function clockStateOf(clock: IncidentClock, now: Date): ClockState {
  return clockStateAt(agendaClockOf(clock), now.getTime());
}

/** More than any chain of duties is long. */
const MOST_ROUNDS = 12;

/** What happened to a clock, for leaf and time line. */
export interface ClockChange {
  readonly change: 'started' | 'moved' | 'ended' | 'resumed';
  readonly clock: Pick<IncidentClock, 'ruleId' | 'regime' | 'duty' | 'startedAt' | 'dueAt' | 'verified'>;
}

/**
 * Makes the clocks of a locked incident those of the rules in force by what is known of it now: starts, moves, ends with
 * `reason`, takes up again. What was answered stays. @returns what changed; doing it again changes nothing.
 */
export async function settleClocks(
  tx: Tx,
  tenantId: string,
  incident: Pick<Incident, 'id' | 'detectedAt' | 'classification'>,
  rules: Rulebook,
  about: { readonly now: Date; readonly newId: (at: Date) => string; readonly reason: string },
): Promise<ClockChange[]> {
  const at = about.now.toISOString();
  const done: ClockChange[] = [];
  // What follows from a clock that this very round starts or ends is for the next round; there are as many as duties.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const standing = await readIncidentClocks(tx, [incident.id]);
    const planned = planClocks(rules, incident, standing, at);
    const changes = changesOf(planned, standing);
    const byRule = new Map(standing.map((clock) => [clock.ruleId, clock]));
    const those = (change: ClockChange['change'], ruleIds: readonly string[]) =>
      ruleIds.flatMap((id) => {
        const clock = byRule.get(id);
        return clock === undefined ? [] : [{ change, clock }];
      });
    const changed: ClockChange[] = [
      ...changes.start.map((plan) => ({ change: 'started' as const, clock: clockOf(plan) })),
      ...changes.move.flatMap(({ ruleId, startedAt, dueAt }) =>
        those('moved', [ruleId]).map(({ change, clock }) => ({
          change,
          clock: { ...clock, startedAt, dueAt },
        })),
      ),
      ...those('ended', changes.end),
      ...those('resumed', changes.resume),
    ];
    if (changed.length === 0) return done;
    for (const plan of changes.start) await insertClock(tx, tenantId, incident.id, rules, plan, about);
    await changeClocks(tx, incident, changes, about);
    done.push(...changed);
  }
  throw new Error('The clocks of an incident do not settle.');
}

/** Moves, ends and takes up clocks that stand. */
async function changeClocks(
  tx: Tx,
  incident: Pick<Incident, 'id' | 'classification'>,
  changes: ClockChanges,
  { now, reason }: { readonly now: Date; readonly reason: string },
): Promise<void> {
  const at = now.toISOString();
  for (const { ruleId, startedAt, dueAt } of changes.move) {
    // A later date means that it was not missed after all; a missed one stays so.
    await tx.query(
      `update incident_clock set started_at = $3, due_at = $4,
              missed_at = case when $4::timestamptz > $5::timestamptz then null else missed_at end
        where incident_id = $1 and rule_id = $2`,
      [incident.id, ruleId, startedAt, dueAt, at],
    );
  }
  const notOwed = incident.classification?.notOwed ?? {};
  for (const ruleId of changes.end) {
    await tx.query(
      'update incident_clock set ended_at = $3, end_reason = $4 where incident_id = $1 and rule_id = $2',
      [incident.id, ruleId, at, notOwed[ruleId] ?? reason],
    );
  }
  await tx.query(
    'update incident_clock set ended_at = null, end_reason = null where incident_id = $1 and rule_id = any ($2)',
    [incident.id, changes.resume],
  );
}

function clockOf({ row, startedAt, dueAt }: PlannedClock): ClockChange['clock'] {
  const { id: ruleId, regime, duty } = row;
  return { ruleId, regime, duty, startedAt, dueAt, verified: row.status === 'verified' };
}

const DUTY_WORDS: Readonly<Record<PlannedClock['row']['duty'], string>> = {
  'early-warning': 'early warning',
  'notify-authority': 'notification',
  'intermediate-report': 'intermediate report',
  'final-report': 'final report',
  'notify-subjects': 'word to the people concerned',
  disclose: 'disclosure',
};

async function insertClock(
  tx: Tx,
  tenantId: string,
  incidentId: string,
  { pack }: Rulebook,
  { row, startedAt, dueAt }: PlannedClock,
  { now, newId }: { readonly now: Date; readonly newId: (at: Date) => string },
): Promise<void> {
  await tx.query(
    `insert into incident_clock (tenant_id, id, incident_id, rule_id, regime, stage, title, start_event, started_at,
                                 due_at, verified, source, pack_digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      tenantId,
      newId(now),
      incidentId,
      row.id,
      row.regime,
      row.duty,
      `${row.regime}: ${DUTY_WORDS[row.duty]} (${row.recipient})`,
      row.startsAt,
      startedAt,
      dueAt,
      row.status === 'verified',
      row.source,
      pack.digest,
    ],
  );
}

/** Notes what was told: every clock of the same regime and duty is answered by it. @returns those that it answered. */
export async function answerClocks(
  tx: Tx,
  clock: Pick<IncidentClock, 'incidentId' | 'regime' | 'duty'>,
  answer: {
    readonly at: Date;
    readonly by: string | null;
    readonly notedAt: Date;
    readonly evidence: string;
  },
): Promise<IncidentClock[]> {
  const { rows } = await tx.query<{ id: string }>(
    `update incident_clock set answered_at = $4, answered_by = $5, noted_at = $6, evidence = $7
      where incident_id = $1 and regime = $2 and stage = $3 and answered_at is null and ended_at is null
      returning id`,
    [clock.incidentId, clock.regime, clock.duty, answer.at, answer.by, answer.notedAt, answer.evidence],
  );
  const answered = new Set(rows.map(({ id }) => id));
  return (await readIncidentClocks(tx, [clock.incidentId])).filter(({ id }) => answered.has(id));
}

/** Notes reminders that were due, or that the time of clocks is over. */
export async function noteClockTime(
  tx: Tx,
  reminders: readonly { readonly clockId: string; readonly reminders: number }[],
  missed: readonly string[],
  at: Date,
): Promise<void> {
  for (const one of reminders)
    await tx.query('update incident_clock set reminders = $2 where id = $1', [one.clockId, one.reminders]);
  await tx.query('update incident_clock set missed_at = $2 where id = any ($1) and missed_at is null', [
    missed,
    at,
  ]);
}

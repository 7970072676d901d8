import type { Act } from '../ledger/acts.ts';
import { findingDueAt, worstOf, type FindingSeverity } from '../policy/finding-terms.ts';
import type { Severity } from '../policy/incident-state.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaves } from './ledger-log.ts';
import { openIncident } from './open-incident.ts';

/** Something that is not as it must be, as a check found it. Nothing in it is personal. */
export interface NewFinding {
  /** Natural key: found again it is the same finding. */
  readonly key: string;
  /** The section of the report that it belongs to. */
  readonly section: string;
  readonly kind: string;
  readonly severity: FindingSeverity;
  readonly subject: { readonly type: string; readonly id: string };
  readonly statement: string;
}

export type FindingState = 'open' | 'healed' | 'settled';

/** A finding as it is kept. */
export interface Finding {
  readonly id: string;
  readonly section: string;
  readonly kind: string;
  readonly severity: FindingSeverity;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly statement: string;
  readonly state: FindingState;
  /** Name of who deals with it; null: whoever is compliance officer. */
  readonly owner: string | null;
  readonly foundAt: string;
  readonly seenAt: string;
  readonly dueAt: string;
  readonly endedAt: string | null;
  readonly endReason: string | null;
  readonly incidentId: string | null;
}

/** In whose name and when findings are kept. */
export interface FindingContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

const INCIDENT_SEVERITY: Readonly<Record<FindingSeverity, Severity>> = {
  minor: 'low',
  major: 'medium',
  critical: 'critical',
};

/**
 * Keeps findings, in the caller's transaction. One that stands is seen again; one that had healed is open again, with a new
 * term; one that a person settled stays settled. Each that opens is a leaf, and what is more than minor opens or repeats
 * the one incident of its kind. Answers how many opened.
 */
export async function raiseFindings(
  tx: Tx,
  { tenantId, now, newId }: FindingContext,
  found: readonly NewFinding[],
): Promise<number> {
  const distinct = [...new Map(found.map((one) => [one.key, one])).values()];
  if (distinct.length === 0) return 0;
  const { rows } = await tx.query<{ id: string; key: string; opened: boolean }>(RAISE, [
    tenantId,
    now.toISOString(),
    JSON.stringify(
      distinct.map(({ subject, ...one }) => ({
        ...one,
        id: newId(now),
        subject_type: subject.type,
        subject_id: subject.id,
        due_at: findingDueAt(one.severity, now.getTime()),
      })),
    ),
  ]);
  const keys = new Map(distinct.map((one) => [one.key, one]));
  const opened = rows.flatMap(({ id, key, opened: isNew }) => {
    const one = keys.get(key);
    return isNew && one !== undefined ? [{ ...one, id }] : [];
  });
  await noteAll(tx, tenantId, now, 'finding.opened', opened);
  for (const group of Map.groupBy(
    opened.filter(({ severity }) => severity !== 'minor'),
    ({ section, kind }) => `${section}/${kind}`,
  ).values())
    await openIncidentFor(tx, { tenantId, now, newId }, group);
  return opened.length;
}

const RAISE = `
  with given as (
    select * from jsonb_to_recordset($3::jsonb) as g (id uuid, key text, section text, kind text, severity text,
           subject_type text, subject_id text, statement text, due_at timestamptz)),
  before as (
    select f.natural_key, f.state from finding f join given g on g.key = f.natural_key for update of f)
  insert into finding as f (tenant_id, id, natural_key, section, kind, severity, subject_type, subject_id, statement,
                            state, found_at, seen_at, due_at)
  select $1, g.id, g.key, g.section, g.kind, g.severity, g.subject_type, g.subject_id, g.statement, 'open', $2, $2, g.due_at
    from given g
  on conflict (tenant_id, natural_key) do update
     set seen_at = excluded.seen_at, statement = excluded.statement, severity = excluded.severity,
         state = case when f.state = 'healed' then 'open' else f.state end,
         found_at = case when f.state = 'healed' then excluded.found_at else f.found_at end,
         due_at = case when f.state = 'healed' then excluded.due_at else f.due_at end,
         ended_at = case when f.state = 'healed' then null else f.ended_at end,
         end_reason = case when f.state = 'healed' then null else f.end_reason end,
         escalated_at = case when f.state = 'healed' then null else f.escalated_at end
  returning id, natural_key as key,
            coalesce((select b.state from before b where b.natural_key = f.natural_key), 'healed') = 'healed' as opened`;

async function openIncidentFor(
  tx: Tx,
  { tenantId, now, newId }: FindingContext,
  group: readonly (NewFinding & { readonly id: string })[],
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { section, kind } = first;
  const worst = worstOf(group.map(({ severity }) => severity)) ?? 'minor';
  const incident = await openIncident(tx, {
    tenantId,
    key: `finding/${section}/${kind}`,
    kind: section === 'calls' ? 'reconciliation' : 'audit',
    severity: INCIDENT_SEVERITY[worst],
    title: `${group.length === 1 ? 'A finding' : `${group.length} findings`} of the compliance checks: ${kind.replaceAll('-', ' ')}`,
    detector: 'compliance-check',
    detectedAt: now,
    recordingIds: group.flatMap(({ subject }) =>
      subject.type === 'recording' && isId(subject.id) ? [subject.id] : [],
    ),
    facts: { section, kind, findings: group.length },
    now,
    newId,
  });
  await tx.query('update finding set incident_id = $1 where id = any ($2)', [
    incident.id,
    group.map(({ id }) => id),
  ]);
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Heals open findings of some kinds about these subjects, but those still found; each is a leaf. Answers how many. */
export async function healFindings(
  tx: Tx,
  { tenantId, now }: FindingContext,
  checked: {
    readonly section: string;
    /** Null: of whatever kind. */
    readonly kinds: readonly string[] | null;
    /** Null: whatever they are about. */
    readonly subjectIds: readonly string[] | null;
    readonly stillFound: readonly string[];
  },
): Promise<number> {
  const { rows } = await tx.query<{ id: string; kind: string; section: string; severity: FindingSeverity }>(
    `update finding set state = 'healed', ended_at = $1, end_reason = 'A later check found it in order.'
      where state = 'open' and section = $2 and ($3::text[] is null or kind = any ($3)) and ($4::text[] is null or subject_id = any ($4))
        and not natural_key = any ($5)
      returning id, kind, section, severity`,
    [now.toISOString(), checked.section, checked.kinds, checked.subjectIds, checked.stillFound],
  );
  await noteAll(tx, tenantId, now, 'finding.healed', rows);
  return rows.length;
}

/** Heals open findings of a section that were not seen since `before`: the section looked at everything and did not meet them. */
export async function healUnseen(
  tx: Tx,
  { tenantId, now }: FindingContext,
  section: string,
  before: string,
): Promise<number> {
  const { rows } = await tx.query<{ id: string; kind: string; section: string; severity: FindingSeverity }>(
    `update finding set state = 'healed', ended_at = $1, end_reason = 'A later check found it in order.'
      where state = 'open' and section = $2 and seen_at < $3 returning id, kind, section, severity`,
    [now.toISOString(), section, before],
  );
  await noteAll(tx, tenantId, now, 'finding.healed', rows);
  return rows.length;
}

/** Lets a person end a finding with a reason. Answers false where it is not open. */
export async function settleFinding(
  tx: Tx,
  { tenantId, now }: FindingContext,
  id: string,
  by: LeafPerson,
  reason: string,
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; kind: string; section: string; severity: FindingSeverity }>(
    `update finding set state = 'settled', ended_at = $2, ended_by = $3, end_reason = $4
      where id = $1 and state = 'open' returning id, kind, section, severity`,
    [id, now.toISOString(), by.id, reason],
  );
  await noteAll(tx, tenantId, now, 'finding.settled', rows, { ...actedBy(by), reason });
  return rows.length === 1;
}

/** Gives an open finding to a person. Answers false where it is not open or there is no such person. */
export async function assignFinding(
  tx: Tx,
  { tenantId, now }: FindingContext,
  id: string,
  ownerId: string,
  by: LeafPerson,
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; kind: string; section: string; severity: FindingSeverity }>(
    `update finding set owner = $2 where id = $1 and state = 'open'
        and exists (select from app_user u where u.tenant_id = finding.tenant_id and u.id = $2)
      returning id, kind, section, severity`,
    [id, ownerId],
  );
  await noteAll(tx, tenantId, now, 'finding.assigned', rows, actedBy(by));
  return rows.length === 1;
}

/** Opens or repeats an incident for findings whose term has passed, once each. Answers how many. */
export async function escalateOverdue(tx: Tx, context: FindingContext): Promise<number> {
  const { rows } = await tx.query<{ id: string; section: string; kind: string; severity: FindingSeverity }>(
    `update finding set escalated_at = $1
      where state = 'open' and due_at < $1 and escalated_at is null returning id, section, kind, severity`,
    [context.now.toISOString()],
  );
  if (rows.length === 0) return 0;
  await noteAll(tx, context.tenantId, context.now, 'finding.escalated', rows);
  await openIncident(tx, {
    tenantId: context.tenantId,
    key: 'finding/overdue',
    kind: 'audit',
    severity: INCIDENT_SEVERITY[worstOf(rows.map(({ severity }) => severity)) ?? 'minor'],
    title: 'Findings of the compliance checks were not dealt with in time',
    detector: 'compliance-check',
    detectedAt: context.now,
    facts: { findings: rows.length },
    now: context.now,
    newId: context.newId,
  });
  return rows.length;
}

async function noteAll(
  tx: Tx,
  tenantId: string,
  at: Date,
  act: Act,
  findings: readonly {
    readonly id: string;
    readonly section: string;
    readonly kind: string;
    readonly severity: string;
  }[],
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  const entries = findings.map(({ id, section, kind, severity }) => ({
    leaf: { at, act, object: { type: 'finding', id }, outcome: 'done', facts: { section, kind, severity } },
    personal,
  }));
  await appendLeaves(tx, tenantId, entries);
}

const MOST = 500;

/** Findings: open ones first and the next due first, or those of one state, section or the ids given. */
export async function listFindings(
  tx: Tx,
  filter: {
    readonly state?: FindingState | undefined;
    readonly section?: string | undefined;
    readonly ids?: readonly string[];
    /** At most so many; 500 where it is left out. */
    readonly limit?: number;
  } = {},
): Promise<Finding[]> {
  const { rows } = await tx.query<FindingRow>(
    `select f.id, f.section, f.kind, f.severity, f.subject_type as "subjectType", f.subject_id as "subjectId",
            f.statement, f.state, coalesce(u.name, f.owner::text) as owner, f.found_at as "foundAt",
            f.seen_at as "seenAt", f.due_at as "dueAt", f.ended_at as "endedAt", f.end_reason as "endReason",
            f.incident_id as "incidentId"
       from finding f left join app_user u on u.tenant_id = f.tenant_id and u.id = f.owner
      where ($1::text is null or f.state = $1) and ($2::text is null or f.section = $2)
        and ($3::uuid[] is null or f.id = any ($3))
      order by f.state = 'open' desc, case when f.state = 'open' then f.due_at end, f.found_at desc, f.id
      limit $4`,
    [filter.state ?? null, filter.section ?? null, filter.ids ?? null, filter.limit ?? MOST],
  );
  return rows.map((row) => ({
    ...row,
    foundAt: row.foundAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}

type FindingRow = Omit<Finding, 'foundAt' | 'seenAt' | 'dueAt' | 'endedAt'> & {
  readonly foundAt: Date;
  readonly seenAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
};

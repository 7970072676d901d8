import type { Classification } from '../policy/incident-clocks.ts';
import type { IncidentKind, IncidentState, Severity } from '../policy/incident-state.ts';
import type { Tx } from './database.ts';
import type { LeafPerson } from './leaf-people.ts';

/** What was learned of an incident, in the words of whoever wrote it. */
export interface PostMortem {
  readonly cause: string;
  readonly impact: string;
  readonly measures: string;
}

/** An incident as the database knows it. People are named where the name still stands. */
export interface Incident {
  readonly id: string;
  readonly key: string;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly title: string;
  readonly description: string | null;
  readonly detector: string;
  readonly reportedBy: LeafPerson | null;
  readonly owner: LeafPerson | null;
  readonly detectedAt: string;
  readonly openedAt: string;
  readonly lastSeenAt: string;
  readonly occurrences: number;
  readonly evidenceFrom: string;
  readonly classification: Classification | null;
  readonly classifiedAt: string | null;
  readonly acknowledgedBy: LeafPerson | null;
  readonly acknowledgedAt: string | null;
  readonly escalation: number;
  readonly resolvedAt: string | null;
  readonly resolution: string | null;
  readonly postMortem: PostMortem | null;
  readonly approvalId: string | null;
  readonly closedAt: string | null;
  readonly matterId: string | null;
  readonly frozenAt: string | null;
  /** Leaves [from, to) are its evidence, under this root (hexadecimal). */
  readonly ledger: { readonly from: number; readonly to: number; readonly root: string } | null;
  readonly follows: string | null;
  readonly revision: number;
}

type Named<K extends string> = Readonly<Record<K, string | null>>;
type IncidentRow = Omit<
  Incident,
  | 'reportedBy'
  | 'owner'
  | 'acknowledgedBy'
  | 'detectedAt'
  | 'openedAt'
  | 'lastSeenAt'
  | 'evidenceFrom'
  | 'classifiedAt'
  | 'acknowledgedAt'
  | 'resolvedAt'
  | 'closedAt'
  | 'frozenAt'
  | 'ledger'
> &
  Named<'reported_by' | 'reporter' | 'owner_id' | 'owner_name' | 'acknowledged_by' | 'acknowledger'> & {
    readonly detectedAt: Date;
    readonly openedAt: Date;
    readonly lastSeenAt: Date;
    readonly evidenceFrom: Date;
    readonly classifiedAt: Date | null;
    readonly acknowledgedAt: Date | null;
    readonly resolvedAt: Date | null;
    readonly closedAt: Date | null;
    readonly frozenAt: Date | null;
    readonly ledger_from: number | null;
    readonly ledger_to: number | null;
    readonly ledger_root: Buffer | null;
  };

const SELECT = `
  select i.id, i.natural_key as key, i.kind, i.severity, i.state, i.title, i.description, i.detector,
         i.reported_by, r.name as reporter, i.owner_id, o.name as owner_name,
         i.detected_at as "detectedAt", i.opened_at as "openedAt", i.last_seen_at as "lastSeenAt", i.occurrences,
         i.evidence_from as "evidenceFrom", i.classification, i.classified_at as "classifiedAt",
         i.acknowledged_by, a.name as acknowledger, i.acknowledged_at as "acknowledgedAt", i.escalation,
         i.resolved_at as "resolvedAt", i.resolution, i.post_mortem as "postMortem", i.approval_id as "approvalId",
         i.closed_at as "closedAt", i.matter_id as "matterId", i.frozen_at as "frozenAt",
         i.ledger_from, i.ledger_to, i.ledger_root, i.follows, i.revision
    from incident i
    left join app_user r on r.tenant_id = i.tenant_id and r.id = i.reported_by
    left join app_user o on o.tenant_id = i.tenant_id and o.id = i.owner_id
    left join app_user a on a.tenant_id = i.tenant_id and a.id = i.acknowledged_by`;

function fromRow(row: IncidentRow): Incident {
  const { reported_by, reporter, owner_id, owner_name, acknowledged_by, acknowledger, ...rest } = row;
  const { ledger_from, ledger_to, ledger_root, ...facts } = rest;
  return {
    ...facts,
    reportedBy: personOf(reported_by, reporter),
    owner: personOf(owner_id, owner_name),
    acknowledgedBy: personOf(acknowledged_by, acknowledger),
    detectedAt: row.detectedAt.toISOString(),
    openedAt: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    evidenceFrom: row.evidenceFrom.toISOString(),
    classifiedAt: row.classifiedAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    frozenAt: row.frozenAt?.toISOString() ?? null,
    ledger:
      ledger_from === null || ledger_to === null || ledger_root === null
        ? null
        : { from: ledger_from, to: ledger_to, root: ledger_root.toString('hex') },
  };
}

function personOf(id: string | null, name: string | null): LeafPerson | null {
  return id === null ? null : { id, name: name ?? id };
}

/** One incident, or undefined. */
export async function readIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  const { rows } = await tx.query<IncidentRow>(`${SELECT} where i.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One incident under a row lock: whoever acts on it comes one after the other. */
export async function lockIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  const { rowCount } = await tx.query('select from incident where id = $1 for update', [id]);
  return rowCount === 1 ? readIncident(tx, id) : undefined;
}

/** The incident that stands under a natural key. */
export async function findStandingIncident(tx: Tx, key: string): Promise<Incident | undefined> {
  const { rows } = await tx.query<IncidentRow>(`${SELECT} where i.natural_key = $1 and i.state <> 'closed'`, [
    key,
  ]);
  return rows[0] && fromRow(rows[0]);
}

/** What a list of incidents is narrowed to. */
export interface IncidentFilter {
  readonly open?: boolean | undefined;
  readonly kind?: string | undefined;
  readonly recordingId?: string | undefined;
}

/** Incidents, those that are not closed first, newest first within each; at most `limit`. */
export async function listIncidents(tx: Tx, filter: IncidentFilter, limit: number): Promise<Incident[]> {
  const { rows } = await tx.query<IncidentRow>(
    `${SELECT}
      where ($1::boolean is null or (i.state <> 'closed') = $1) and ($2::text is null or i.kind = $2)
        and ($3::uuid is null or exists (select from incident_recording e
              where e.tenant_id = i.tenant_id and e.incident_id = i.id and e.recording_id = $3))
      order by i.state = 'closed', i.opened_at desc, i.id desc limit $4`,
    [filter.open ?? null, filter.kind ?? null, filter.recordingId ?? null, limit],
  );
  return rows.map(fromRow);
}

const COLUMN = {
  state: 'state',
  severity: 'severity',
  ownerId: 'owner_id',
  classification: 'classification',
  classifiedBy: 'classified_by',
  classifiedAt: 'classified_at',
  acknowledgedBy: 'acknowledged_by',
  acknowledgedAt: 'acknowledged_at',
  escalation: 'escalation',
  resolvedBy: 'resolved_by',
  resolvedAt: 'resolved_at',
  resolution: 'resolution',
  postMortem: 'post_mortem',
  postMortemBy: 'post_mortem_by',
  postMortemAt: 'post_mortem_at',
  approvalId: 'approval_id',
  closedBy: 'closed_by',
  closedAt: 'closed_at',
  matterId: 'matter_id',
  frozenAt: 'frozen_at',
  ledgerFrom: 'ledger_from',
  ledgerTo: 'ledger_to',
  ledgerRoot: 'ledger_root',
} as const;

/** Changes columns of a locked incident; its revision grows. */
export async function changeIncident(
  tx: Tx,
  id: string,
  changes: Readonly<Partial<Record<keyof typeof COLUMN, unknown>>>,
): Promise<void> {
  const names = Object.keys(changes) as (keyof typeof COLUMN)[];
  const set = names.map((name, n) => `${COLUMN[name]} = $${n + 2}`).join(', ');
  await tx.query(`update incident set ${set === '' ? 'id = id' : set} where id = $1`, [
    id,
    ...names.map((name) => changes[name]),
  ]);
}

/** A line of the time line. */
export interface IncidentEntry {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  /** Null where the product did it. */
  readonly by: LeafPerson | null;
  readonly note: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Adds a line to the time line. */
export async function insertIncidentEntry(
  tx: Tx,
  tenantId: string,
  incidentId: string,
  entry: Omit<IncidentEntry, 'by'> & { readonly by: string | null },
): Promise<void> {
  await tx.query(
    `insert into incident_entry (tenant_id, id, incident_id, at, kind, by_user, note, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantId, entry.id, incidentId, entry.at, entry.kind, entry.by, entry.note, JSON.stringify(entry.facts)],
  );
}

/** The time line, oldest first. */
export async function readIncidentEntries(tx: Tx, incidentId: string): Promise<IncidentEntry[]> {
  const { rows } = await tx.query<
    Omit<IncidentEntry, 'at' | 'by'> & { at: Date; by_user: string | null; name: string | null }
  >(
    `select e.id, e.at, e.kind, e.by_user, u.name, e.note, e.facts
       from incident_entry e left join app_user u on u.tenant_id = e.tenant_id and u.id = e.by_user
      where e.incident_id = $1 order by e.at, e.id limit 2000`,
    [incidentId],
  );
  return rows.map(({ by_user, name, at, ...entry }) => ({
    ...entry,
    at: at.toISOString(),
    by: personOf(by_user, name),
  }));
}

/** How many lines of a kind there are. */
export async function countIncidentEntries(tx: Tx, incidentId: string, kind: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from incident_entry where incident_id = $1 and kind = $2',
    [incidentId, kind],
  );
  return rows[0]?.n ?? 0;
}

/** Recordings that an incident is about. */
export async function readIncidentRecordings(tx: Tx, incidentId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select recording_id as id from incident_recording where incident_id = $1 order by 1',
    [incidentId],
  );
  return rows.map(({ id }) => id);
}

import { HoldfastError } from '../errors.ts';
import type { JsonValue } from '../ledger/canonical-json.ts';
import { worse, type IncidentKind, type Severity } from '../policy/incident-state.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

/** What a detection or a person says of an incident. Nothing but `description` may name a person. */
export interface IncidentReport {
  readonly tenantId: string;
  /** Natural key: while an incident of it is not closed, a report is a repetition of that one. */
  readonly key: string;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  /** One short sentence that says what happened. */
  readonly title: string;
  readonly description?: string;
  /** Which detection noticed it: `ledger-alarm`, `store-probe`; `person` where `reportedBy` did. */
  readonly detector: string;
  readonly reportedBy?: LeafPerson;
  readonly detectedAt: Date;
  /** Since when the ledger may tell of it; `detectedAt` without it. */
  readonly evidenceFrom?: Date;
  /** Recordings that it is about: they are frozen. */
  readonly recordingIds?: readonly string[];
  /** Figures and ids for leaf and time line. */
  readonly facts?: Readonly<Record<string, JsonValue>>;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** W3C trace context of the act that noticed. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** Which incident a report ended up in, and whether it is a new one. */
export interface OpenedIncident {
  readonly id: string;
  readonly opened: boolean;
}

/**
 * Opens an incident, or counts a repetition of the one that stands under the same key, in the caller's transaction: row,
 * time line, leaf, and the message that starts its workflow. A repetition can only make it worse, and adds its recordings. Two reports at once are one incident.
 */
export async function openIncident(tx: Tx, report: IncidentReport): Promise<OpenedIncident> {
  const id = report.newId(report.now);
  const standing = (await insertIncident(tx, id, report)) ? undefined : await lockStanding(tx, report.key);
  const found = standing?.id ?? id;
  const severity = standing === undefined ? report.severity : worse(standing.severity, report.severity);
  if (standing !== undefined) await repeatIncident(tx, standing.id, severity, report);
  const added = await addIncidentRecordings(tx, report.tenantId, found, report.recordingIds ?? []);
  const opened = standing === undefined;
  if (opened || severity !== standing.severity || added > 0)
    await noteReport(tx, report, { id: found, opened }, { severity, recordings: added });
  return { id: found, opened };
}

/** @returns false where one stands under the same key; then it waits for whoever is about to open it. */
async function insertIncident(tx: Tx, id: string, report: IncidentReport): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into incident (tenant_id, id, natural_key, kind, severity, title, description, detector, reported_by,
                           detected_at, opened_at, last_seen_at, evidence_from, follows)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12,
             (select e.id from incident e where e.natural_key = $3 and e.state = 'closed'
               order by e.closed_at desc limit 1))
     on conflict (tenant_id, natural_key) where state <> 'closed' do nothing`,
    [
      report.tenantId,
      id,
      report.key,
      report.kind,
      report.severity,
      report.title,
      report.description ?? null,
      report.detector,
      report.reportedBy?.id ?? null,
      report.detectedAt,
      report.now,
      report.evidenceFrom ?? report.detectedAt,
    ],
  );
  return rowCount === 1;
}

async function lockStanding(
  tx: Tx,
  key: string,
): Promise<{ readonly id: string; readonly severity: Severity }> {
  const { rows } = await tx.query<{ id: string; severity: Severity }>(
    "select id, severity from incident where natural_key = $1 and state <> 'closed' for update",
    [key],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new HoldfastError('unavailable', 'The incident was closed at this very moment. Report it again.');
}

async function repeatIncident(tx: Tx, id: string, severity: Severity, report: IncidentReport): Promise<void> {
  await tx.query(
    `update incident set occurrences = occurrences + 1, last_seen_at = greatest(last_seen_at, $2),
                         evidence_from = least(evidence_from, $3), severity = $4 where id = $1`,
    [id, report.now, report.evidenceFrom ?? report.detectedAt, severity],
  );
}

/** Names recordings as evidence of an incident; those that do not exist are passed over. @returns how many are new. */
export async function addIncidentRecordings(
  tx: Tx,
  tenantId: string,
  incidentId: string,
  recordingIds: readonly string[],
): Promise<number> {
  if (recordingIds.length === 0) return 0;
  const { rowCount } = await tx.query(
    `insert into incident_recording (tenant_id, incident_id, recording_id)
     select $1, $2, r.id from recording r where r.id = any ($3::uuid[]) on conflict do nothing`,
    [tenantId, incidentId, recordingIds],
  );
  return rowCount ?? 0;
}

async function noteReport(
  tx: Tx,
  report: IncidentReport,
  { id, opened }: OpenedIncident,
  changed: { readonly severity: Severity; readonly recordings: number },
): Promise<void> {
  const { tenantId, kind, detector, reportedBy, now } = report;
  const facts = { ...report.facts, kind, detector, ...changed };
  await tx.query(
    `insert into incident_entry (tenant_id, id, incident_id, at, kind, by_user, note, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      report.newId(now),
      id,
      now,
      opened ? 'opened' : 'repeated',
      reportedBy?.id ?? null,
      opened ? null : (report.description ?? null),
      JSON.stringify(facts),
    ],
  );
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: opened ? 'incident.opened' : 'incident.noted',
      object: { type: 'incident', id },
      outcome: opened ? 'done' : 'repeated',
      facts,
    },
    reportedBy === undefined ? {} : actedBy(reportedBy),
  );
  await insertOutbox(tx, {
    tenantId,
    id: report.newId(now),
    topic: 'incident.changed',
    payload: { incidentId: id },
    trace: report.trace ?? {},
  });
}

import type { JsonValue } from '../ledger/canonical-json.ts';
import type { ReportPeriod } from '../policy/report-periods.ts';
import type { Tx } from './database.ts';

export type ReportState = 'asked' | 'making' | 'sealed' | 'failed' | 'expired';
export type ReportCause = 'quarterly' | 'asked';

/** Figures of a report at a glance. */
export type ReportTally = Readonly<Record<string, number>>;

/** A compliance report as the database knows it. */
export interface ComplianceReport {
  readonly id: string;
  readonly period: ReportPeriod;
  readonly cause: ReportCause;
  readonly state: ReportState;
  /** Id of the person; null where the calendar asked. */
  readonly askedBy: string | null;
  readonly askedAt: string;
  /** Decides the sample, hexadecimal. */
  readonly seed: string;
  readonly begunAt: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly tally: ReportTally;
  readonly keepUntil: string | null;
  /** The sealed files; null before and once they are gone. */
  readonly files: ReportFiles | null;
}

/** The two files of a sealed report: digests in hexadecimal, keys of objects, wrapped data keys. */
export interface ReportFiles {
  /** The signed note over both digests. */
  readonly note: string;
  readonly jsonSha256: string;
  readonly pdfSha256: string;
  readonly jsonKey: string;
  readonly pdfKey: string;
  readonly kekId: string;
  readonly jsonWrapped: Buffer;
  readonly pdfWrapped: Buffer;
}

interface Row {
  readonly id: string;
  readonly period: string;
  readonly from: Date;
  readonly to: Date;
  readonly cause: ReportCause;
  readonly state: ReportState;
  readonly askedBy: string | null;
  readonly askedAt: Date;
  readonly seed: string;
  readonly begunAt: Date | null;
  readonly endedAt: Date | null;
  readonly reason: string | null;
  readonly tally: ReportTally;
  readonly keepUntil: Date | null;
  readonly note: string | null;
  readonly jsonSha256: string | null;
  readonly pdfSha256: string | null;
  readonly jsonKey: string | null;
  readonly pdfKey: string | null;
  readonly kekId: string | null;
  readonly jsonWrapped: Buffer | null;
  readonly pdfWrapped: Buffer | null;
}

const COLUMNS = `id, period, period_from as "from", period_to as "to", cause, state, asked_by as "askedBy",
  asked_at as "askedAt", encode(seed, 'hex') as seed, begun_at as "begunAt", ended_at as "endedAt", reason, tally,
  keep_until as "keepUntil", note, encode(json_sha256, 'hex') as "jsonSha256", encode(pdf_sha256, 'hex') as "pdfSha256",
  json_key as "jsonKey", pdf_key as "pdfKey", kek_id as "kekId", json_wrapped as "jsonWrapped", pdf_wrapped as "pdfWrapped"`;

function fromRow(row: Row): ComplianceReport {
  const { period, from, to } = row;
  return {
    id: row.id,
    period: { name: period, from: from.toISOString(), to: to.toISOString() },
    cause: row.cause,
    state: row.state,
    askedBy: row.askedBy,
    askedAt: row.askedAt.toISOString(),
    seed: row.seed,
    begunAt: row.begunAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    reason: row.reason,
    tally: row.tally,
    keepUntil: row.keepUntil?.toISOString() ?? null,
    files: filesOf(row),
  };
}

function filesOf({
  note,
  jsonSha256,
  pdfSha256,
  jsonKey,
  pdfKey,
  kekId,
  jsonWrapped,
  pdfWrapped,
}: Row): ReportFiles | null {
  if (note === null || jsonSha256 === null || pdfSha256 === null || jsonKey === null || pdfKey === null)
    return null;
  if (kekId === null || jsonWrapped === null || pdfWrapped === null) return null;
  return { note, jsonSha256, pdfSha256, jsonKey, pdfKey, kekId, jsonWrapped, pdfWrapped };
}

/** Adds a report in the state `asked`; answers false where the quarter has one. */
export async function insertReport(
  tx: Tx,
  tenantId: string,
  asked: Pick<ComplianceReport, 'id' | 'period' | 'cause' | 'askedBy' | 'askedAt' | 'seed'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into compliance_report (tenant_id, id, period, period_from, period_to, cause, state, asked_by, asked_at, seed)
     values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8, decode($9, 'hex'))
     on conflict (tenant_id, period) where cause = 'quarterly' do nothing`,
    [
      tenantId,
      asked.id,
      asked.period.name,
      asked.period.from,
      asked.period.to,
      asked.cause,
      asked.askedBy,
      asked.askedAt,
      asked.seed,
    ],
  );
  return rowCount === 1;
}

/** One report, or undefined. */
export async function readReport(tx: Tx, id: string): Promise<ComplianceReport | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from compliance_report where id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One report under a row lock, or undefined. */
export async function lockReport(tx: Tx, id: string): Promise<ComplianceReport | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from compliance_report where id = $1 for update`, [
    id,
  ]);
  return rows[0] && fromRow(rows[0]);
}

const LISTED = 200;

/** The newest reports, at most 200. */
export async function listReports(tx: Tx): Promise<ComplianceReport[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from compliance_report order by asked_at desc, id desc limit ${LISTED}`,
  );
  return rows.map(fromRow);
}

/** Names of the quarters that have a report, whatever became of it, and since when the tenant is here. */
export async function readQuarters(tx: Tx): Promise<{ readonly made: string[]; readonly since: Date }> {
  const { rows } = await tx.query<{ since: Date; made: string[] }>(
    `select created_at as since,
            array(select period from compliance_report where cause = 'quarterly') as made from tenant`,
  );
  return { made: rows[0]?.made ?? [], since: rows[0]?.since ?? new Date(0) };
}

/** Marks a report as being made; does nothing where it is already. */
export async function beginReport(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `update compliance_report set state = 'making', begun_at = coalesce(begun_at, $2)
      where id = $1 and state in ('asked', 'making')`,
    [id, at],
  );
}

/** Ends the making of a locked report: sealed with its files, or failed with a reason. */
export async function endReport(
  tx: Tx,
  id: string,
  end:
    | {
        readonly at: Date;
        readonly files: ReportFiles;
        readonly tally: ReportTally;
        readonly keepUntil: Date;
      }
    | { readonly at: Date; readonly reason: string },
): Promise<void> {
  const files = 'files' in end ? end.files : null;
  await tx.query(
    `update compliance_report set state = $2, ended_at = $3, reason = $4, tally = $5, keep_until = $6, note = $7,
            json_sha256 = decode($8, 'hex'), pdf_sha256 = decode($9, 'hex'), json_key = $10, pdf_key = $11, kek_id = $12,
            json_wrapped = $13, pdf_wrapped = $14
      where id = $1`,
    [
      id,
      files === null ? 'failed' : 'sealed',
      end.at,
      'reason' in end ? end.reason : null,
      'tally' in end ? end.tally : {},
      'keepUntil' in end ? end.keepUntil : null,
      files?.note ?? null,
      files?.jsonSha256 ?? null,
      files?.pdfSha256 ?? null,
      files?.jsonKey ?? null,
      files?.pdfKey ?? null,
      files?.kekId ?? null,
      files?.jsonWrapped ?? null,
      files?.pdfWrapped ?? null,
    ],
  );
}

/** Sealed reports whose retention has ended. */
export async function listExpiredReports(tx: Tx, at: Date, limit: number): Promise<ComplianceReport[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from compliance_report where state = 'sealed' and keep_until <= $1 order by keep_until limit $2
       for update skip locked`,
    [at, limit],
  );
  return rows.map(fromRow);
}

/** Destroys the keys of a locked report; its key-encryption key goes with the next closing of a period. */
export async function destroyReportKeys(tx: Tx, { id, files }: ComplianceReport): Promise<void> {
  await tx.query(
    `update compliance_report set state = 'expired', kek_id = null, json_wrapped = null, pdf_wrapped = null where id = $1`,
    [id],
  );
  if (files !== null)
    await tx.query('update key_encryption_key set touched = true where id = $1', [files.kekId]);
}

export type SectionState = 'running' | 'passed' | 'findings' | 'not-checked';

/** One section of a report, as far as it has come. */
export interface SectionRow {
  readonly name: string;
  readonly state: SectionState;
  readonly cursor: JsonValue;
  readonly begunAt: string;
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly statements: readonly string[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly string[];
}

/** Begins a section, or finds where it stands, under a row lock. */
export async function lockSection(
  tx: Tx,
  tenantId: string,
  reportId: string,
  name: string,
  now: Date,
): Promise<SectionRow> {
  await tx.query(
    `insert into compliance_section (tenant_id, report_id, name, state, begun_at) values ($1, $2, $3, 'running', $4)
     on conflict do nothing`,
    [tenantId, reportId, name, now],
  );
  await tx.query('select from compliance_section where report_id = $1 and name = $2 for update', [
    reportId,
    name,
  ]);
  const found = (await listSections(tx, reportId)).find((section) => section.name === name);
  if (found === undefined) throw new Error('The section vanished inside its own lock.');
  return found;
}

/** All sections of a report that were begun. */
export async function listSections(tx: Tx, reportId: string): Promise<SectionRow[]> {
  const { rows } = await tx.query<
    Omit<SectionRow, 'begunAt' | 'endedAt'> & { readonly begunAt: Date; readonly endedAt: Date | null }
  >(
    `select name, state, cursor, begun_at as "begunAt", ended_at as "endedAt", counts, statements,
            not_checked as "notChecked" from compliance_section where report_id = $1 order by begun_at, name`,
    [reportId],
  );
  return rows.map((row) => ({
    ...row,
    begunAt: row.begunAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}

/** Keeps how far a locked section has come. */
export async function noteSection(
  tx: Tx,
  reportId: string,
  { name, state, cursor, counts, statements, notChecked }: Omit<SectionRow, 'begunAt' | 'endedAt'>,
  endedAt: Date | null,
): Promise<void> {
  await tx.query(
    `update compliance_section set state = $3, cursor = $4, counts = $5, statements = $6, not_checked = $7, ended_at = $8
      where report_id = $1 and name = $2`,
    [
      reportId,
      name,
      state,
      JSON.stringify(cursor),
      counts,
      JSON.stringify(statements),
      JSON.stringify(notChecked),
      endedAt,
    ],
  );
}

/** Remembers the findings that stood when a report was sealed. */
export async function keepReportFindings(tx: Tx, tenantId: string, reportId: string): Promise<void> {
  await tx.query(
    `insert into compliance_report_finding (tenant_id, report_id, finding_id)
     select $1, $2, id from finding where state = 'open' on conflict do nothing`,
    [tenantId, reportId],
  );
}

/** Ids of the findings of the sealed report before one. */
export async function findingsOfReportBefore(tx: Tx, reportId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select f.finding_id as id from compliance_report_finding f
      where f.report_id = (select id from compliance_report
                            where state in ('sealed', 'expired') and id <> $1 and ended_at is not null
                            order by ended_at desc limit 1)`,
    [reportId],
  );
  return rows.map(({ id }) => id);
}

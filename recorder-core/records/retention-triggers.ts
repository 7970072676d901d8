import { addPeriod, formatInstant, parseInstant } from '../policy/calendar.ts';
import type { Trigger } from '../policy/rule-pack.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import type { Tx } from './database.ts';

/** Events that are reported; the end of the capture is known from the recording itself. */
export type ReportedTrigger = Exclude<Trigger, 'captureEnd'>;

/** One event of a recording, and when it became known. */
export interface RetentionTrigger {
  readonly trigger: ReportedTrigger;
  readonly at: string;
  readonly reportedAt: string;
}

/** What was reported of each of these recordings. */
export async function readTriggers(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, RetentionTrigger[]>> {
  const { rows } = await tx.query<{
    recordingId: string;
    trigger: ReportedTrigger;
    at: Date;
    reportedAt: Date;
  }>({
    name: 'read-triggers',
    text: `select recording_id as "recordingId", trigger, at, reported_at as "reportedAt"
             from retention_trigger where recording_id = any ($1) order by recording_id, trigger`,
    values: [recordingIds],
  });
  const found = new Map<string, RetentionTrigger[]>();
  for (const { recordingId, trigger, at, reportedAt } of rows) {
    const one = { trigger, at: at.toISOString(), reportedAt: reportedAt.toISOString() };
    found.set(recordingId, [...(found.get(recordingId) ?? []), one]);
  }
  return found;
}

/** Writes a report; a later one of the same event takes its place. */
export async function upsertTrigger(
  tx: Tx,
  tenantId: string,
  recordingId: string,
  report: RetentionTrigger & { readonly by: string | null },
): Promise<void> {
  await tx.query(
    `insert into retention_trigger (tenant_id, recording_id, trigger, at, reported_by, reported_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, recording_id, trigger) do update
       set at = excluded.at, reported_by = excluded.reported_by, reported_at = excluded.reported_at`,
    [tenantId, recordingId, report.trigger, report.at, report.by, report.reportedAt],
  );
}

/**
 * Until when a recording is kept because an event was reported: the grace that the pack gives after the release of a hold.
 * The report may end a floor that stood open, and one wrong report may not destroy anything at once. Null without reports.
 */
export function protectedByReport(reports: readonly RetentionTrigger[], { pack }: Rulebook): string | null {
  const { period, zone } = pack.defaults.holdReleaseGrace;
  const ends = reports
    .filter(({ trigger }) => trigger !== 'paymentAuthorised') // card data may not wait for anything
    .map(({ reportedAt }) => addPeriod(parseInstant(reportedAt, 'reportedAt'), period, zone));
  return ends.length === 0 ? null : formatInstant(Math.max(...ends));
}

import { HoldfastError } from '../../recorder-core/errors.ts';
import type { IncidentKind, Severity } from '../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { openIncident, type OpenedIncident } from '../../recorder-core/records/open-incident.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { IncidentAsking } from './acting.ts';

/** What somebody reports. */
export interface PersonalReport {
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly title: string;
  readonly description?: string | undefined;
  readonly detectedAt?: Date | undefined;
  readonly evidenceFrom?: Date | undefined;
  readonly recordingIds?: readonly string[] | undefined;
}

/**
 * Opens an incident that a person reports; each report is one of its own.
 * @throws HoldfastError `invalid_input` for a time that is yet to come, or evidence that begins after the detection.
 */
export async function reportIncident(
  tx: Tx,
  { tenantId, by, now, newId }: IncidentAsking,
  report: PersonalReport,
): Promise<OpenedIncident> {
  const detectedAt = report.detectedAt ?? now;
  const evidenceFrom = report.evidenceFrom ?? detectedAt;
  if (detectedAt > now)
    throw new HoldfastError('invalid_input', 'The detection is in the future.', {
      field: '/body/detectedAt',
    });
  if (evidenceFrom > detectedAt)
    throw new HoldfastError('invalid_input', 'The evidence begins after the detection.', {
      field: '/body/evidenceFrom',
    });
  return openIncident(tx, {
    tenantId,
    key: `person/${newId(now)}`,
    kind: report.kind,
    severity: report.severity,
    title: report.title,
    ...(report.description === undefined ? {} : { description: report.description }),
    detector: 'person',
    ...(by !== null && 'name' in by ? { reportedBy: by } : {}),
    detectedAt,
    evidenceFrom,
    recordingIds: report.recordingIds ?? [],
    now,
    newId,
    trace: carryTrace(),
  });
}

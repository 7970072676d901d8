import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { ReportPeriod } from '../policy/report-periods.ts';
import { insertReport, type ReportCause } from './compliance-reports.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

const SEED_BYTES = 32;

/** Who asks for which report. */
export interface ReportAsking {
  readonly tenantId: string;
  readonly id: string;
  readonly messageId: string;
  readonly period: ReportPeriod;
  readonly cause: ReportCause;
  /** Null where the calendar asks. */
  readonly person: LeafPerson | null;
  readonly now: Date;
  readonly trace: Readonly<Record<string, string>>;
}

/**
 * Asks for a report in the caller's transaction: row, leaf and message. The seed of its sample is drawn now, so that nobody
 * can choose it once the period is known. Answers false where the quarter has one.
 * @throws HoldfastError `invalid_input` for a period that is not over.
 */
export async function askReport(
  tx: Tx,
  { tenantId, id, messageId, period, cause, person, now, trace }: ReportAsking,
): Promise<boolean> {
  if (Date.parse(period.to) > now.getTime() || period.from >= period.to)
    throw new HoldfastError(
      'invalid_input',
      'A report is about a time that is over. Choose an earlier end, after the beginning.',
      {
        field: '/body/to',
      },
    );
  const asked = { id, period, cause, askedBy: person?.id ?? null, askedAt: now.toISOString() };
  const seed = randomBytes(SEED_BYTES).toString('hex');
  if (!(await insertReport(tx, tenantId, { ...asked, seed }))) return false;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'report.asked',
      object: { type: 'report', id },
      outcome: 'done',
      facts: { period: period.name, from: period.from, to: period.to, cause, seed },
    },
    person === null ? {} : actedBy(person),
  );
  const payload = { reportId: id, period: period.name };
  await insertOutbox(tx, { tenantId, id: messageId, topic: 'report.asked', payload, trace });
  return true;
}

import { createHash } from 'node:crypto';
import { delayAfter, FAILURES_FORGOTTEN_MS, type DelayKind } from '../policy/sign-in-delay.ts';
import type { Tx } from './database.ts';

/** Whom an attempt is counted for: an account by its name as it was typed, whether it exists or not, or an address. */
export interface DelaySubject {
  readonly kind: DelayKind;
  readonly value: string;
}

/** When an attempt may be made again; until then nothing was even looked at. */
export interface Delayed {
  readonly untilMs: number;
}

/**
 * Counts an attempt as failed before it is tried, so that many at once are counted one by one; answers when the next may be
 * made where one must wait now. What succeeds is forgiven with `forgiveAttempts`.
 */
export async function claimAttempt(
  tx: Tx,
  tenantId: string,
  subjects: readonly DelaySubject[],
  now: Date,
): Promise<Delayed | undefined> {
  // In one order, so that two attempts at once never wait for each other.
  const counted = subjects
    .map((subject) => ({ kind: subject.kind, digest: digestOf(subject), failures: 1 }))
    .sort((a, b) => Buffer.compare(a.digest, b.digest));
  for (const each of counted) {
    const row = await lockRow(tx, each.digest, now);
    if (row !== undefined && row.untilMs > now.getTime()) return { untilMs: row.untilMs };
    each.failures = (row?.failures ?? 0) + 1;
  }
  for (const { kind, digest, failures } of counted) {
    const until = new Date(now.getTime() + delayAfter(kind, failures));
    await tx.query(
      `insert into sign_in_delay (tenant_id, subject, failures, failed_at, until_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant_id, subject) do update set failures = $3, failed_at = $4, until_at = $5`,
      [tenantId, digest, failures, now.toISOString(), until.toISOString()],
    );
  }
  return undefined;
}

/** Takes back the last attempt, which was none that failed: an address keeps the failures that it had before. */
export async function uncountAttempt(tx: Tx, subject: DelaySubject, now: Date): Promise<void> {
  await tx.query('delete from sign_in_delay where subject = $1 and failures = 1', [digestOf(subject)]);
  await tx.query('update sign_in_delay set failures = failures - 1, until_at = $2 where subject = $1', [
    digestOf(subject),
    now.toISOString(),
  ]);
}

/** Forgets the failures of an account, and those of everybody whose last one is long ago. */
export async function forgiveAttempts(tx: Tx, subject: DelaySubject, now: Date): Promise<void> {
  await tx.query('delete from sign_in_delay where subject = $1 or failed_at < $2', [
    digestOf(subject),
    new Date(now.getTime() - FAILURES_FORGOTTEN_MS).toISOString(),
  ]);
}

async function lockRow(
  tx: Tx,
  subject: Buffer,
  now: Date,
): Promise<{ readonly failures: number; readonly untilMs: number } | undefined> {
  // A lock on the subject and not on its row: the first attempt has no row yet.
  await tx.query(
    "select pg_advisory_xact_lock(hashtextextended('sign-in ' || current_tenant()::text || encode($1, 'hex'), 0))",
    [subject],
  );
  const { rows } = await tx.query<{ failures: number; failedAt: Date; untilAt: Date }>(
    'select failures, failed_at as "failedAt", until_at as "untilAt" from sign_in_delay where subject = $1',
    [subject],
  );
  const [row] = rows;
  if (row === undefined || now.getTime() - row.failedAt.getTime() > FAILURES_FORGOTTEN_MS) return undefined;
  return { failures: row.failures, untilMs: row.untilAt.getTime() };
}

function digestOf({ kind, value }: DelaySubject): Buffer {
  return createHash('sha256')
    .update(`${kind}\n${value.normalize('NFKC').trim().toLowerCase()}`)
    .digest();
}

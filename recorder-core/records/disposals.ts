import type { ExplainedRule } from './recordings.ts';
import type { Tx } from './database.ts';

/** A due recording under a row lock of the running transaction. */
export interface DueRecording {
  readonly id: string;
  readonly policyEpoch: number;
  /** True when an earlier claim never came to its end, because the worker died between claim and start. */
  readonly claimedBefore: boolean;
}

/** A claim that brought no certificate within this time is taken up again. */
const CLAIM_LIFE = '10 minutes';

/**
 * Locks up to `limit` recordings whose date has come, skipping those that are
 * held or that another sweep has; claims that got lost come along.
 */
export async function lockDue(tx: Tx, now: string, limit: number): Promise<DueRecording[]> {
  const { rows } = await tx.query<DueRecording>(
    `select r.id, r.policy_epoch as "policyEpoch", r.state = 'disposing' as "claimedBefore"
       from recording r
      where (r.state = 'retained' and r.retain_until <= $1
             and not exists (select from hold_item i join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id
                              where i.tenant_id = r.tenant_id and i.recording_id = r.id and h.released_at is null))
         or (r.state = 'disposing' and r.claimed_at <= $1::timestamptz - $3::interval)
      order by r.retain_until
      limit $2
      for update of r skip locked`,
    [now, limit, CLAIM_LIFE],
  );
  return rows;
}

/** Marks a locked recording as being disposed of and gives this attempt its epoch. */
export async function beginDisposal(tx: Tx, recordingId: string, now: string): Promise<number> {
  const { rows } = await tx.query<{ epoch: number }>(
    `update recording set state = 'disposing', policy_epoch = policy_epoch + 1, claimed_at = $2
      where id = $1 returning policy_epoch as epoch`,
    [recordingId, now],
  );
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new Error('The recording to dispose of vanished inside its own lock.');
  return epoch;
}

/** Takes up a claim that got lost, under its own epoch, so that a disposal that does run is met and not doubled. */
export async function renewClaim(tx: Tx, recordingId: string, now: string): Promise<void> {
  await tx.query('update recording set claimed_at = $2 where id = $1', [recordingId, now]);
}

/** The proof that a recording was destroyed, why, and what was checked. */
export interface Certificate {
  readonly recordingId: string;
  readonly policyEpoch: number;
  readonly disposedAt: string;
  readonly rules: readonly ExplainedRule[];
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly ledgerIndex: number;
}

/** Adds the certificate of a disposal; a recording has at most one. */
export async function insertCertificate(tx: Tx, tenantId: string, certificate: Certificate): Promise<void> {
  await tx.query(
    `insert into disposal_certificate (tenant_id, recording_id, policy_epoch, disposed_at, rules, evidence, ledger_index)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenantId,
      certificate.recordingId,
      certificate.policyEpoch,
      certificate.disposedAt,
      JSON.stringify(certificate.rules),
      certificate.evidence,
      certificate.ledgerIndex,
    ],
  );
}

/** The certificate of a disposed recording, if it has one. */
export async function readCertificate(tx: Tx, recordingId: string): Promise<Certificate | undefined> {
  const { rows } = await tx.query<Omit<Certificate, 'disposedAt'> & { disposedAt: Date }>(
    `select recording_id as "recordingId", policy_epoch as "policyEpoch", disposed_at as "disposedAt",
            rules, evidence, ledger_index as "ledgerIndex"
       from disposal_certificate where recording_id = $1`,
    [recordingId],
  );
  const row = rows[0];
  return row && { ...row, disposedAt: row.disposedAt.toISOString() };
}

/** Removes what a disposed recording's rows still say about people; the row itself stays as the memory that it existed. */
export async function forgetPeople(tx: Tx, recordingId: string): Promise<void> {
  await tx.query('delete from party where recording_id = $1', [recordingId]);
  await tx.query('delete from recording_identity where recording_id = $1', [recordingId]);
  await tx.query("update recording set call_id = null, warnings = '[]' where id = $1", [recordingId]);
}

import { HoldfastError } from '../errors.ts';
import { forgetCutReasons } from './cuts.ts';
import type { Tx } from './database.ts';
import { forgetContentSalts } from './receipts.ts';
import { forgetCorrections } from './dead-letters.ts';
import type { ExplainedRule } from './explanation.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { currentTenant } from './tenants.ts';

/** The proof that a recording was destroyed, why, and what was checked. */
export interface Certificate {
  readonly recordingId: string;
  readonly policyEpoch: number;
  readonly disposedAt: string;
  readonly rules: readonly ExplainedRule[];
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Of the leaf `disposal.certified` about the recording, which commits to all of this. */
  readonly ledgerIndex: number;
}

/** A certificate as it stands; `completion` once older backups open nothing of it either. */
export interface StoredCertificate extends Certificate {
  readonly completedAt: string | null;
  readonly completion: Pick<Completable, 'roots' | 'beyondRecoveryAt'> | null;
}

/** Adds the certificate of a disposal, beside its leaf; a recording has at most one. */
export async function insertCertificate(
  tx: Tx,
  tenantId: string,
  certificate: Omit<Certificate, 'ledgerIndex'>,
): Promise<void> {
  await tx.query(
    `insert into disposal_certificate (tenant_id, recording_id, policy_epoch, disposed_at, rules, evidence)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      tenantId,
      certificate.recordingId,
      certificate.policyEpoch,
      certificate.disposedAt,
      JSON.stringify(certificate.rules),
      certificate.evidence,
    ],
  );
}

/**
 * The certificate of a disposed recording, if it has one. Its leaf is given its index first, should it have none yet.
 * @throws HoldfastError `integrity_failed` for a certificate without a leaf.
 */
export async function readCertificate(tx: Tx, recordingId: string): Promise<StoredCertificate | undefined> {
  let row = await findCertificate(tx, recordingId);
  if (row?.ledgerIndex === null) {
    await sequenceLeaves(tx, await currentTenant(tx));
    row = await findCertificate(tx, recordingId);
  }
  if (row === undefined) return undefined;
  const { ledgerIndex, disposedAt, completedAt } = row;
  if (ledgerIndex !== null)
    return {
      ...row,
      ledgerIndex,
      disposedAt: disposedAt.toISOString(),
      completedAt: completedAt?.toISOString() ?? null,
    };
  throw new HoldfastError(
    'integrity_failed',
    'A disposal was certified, and the ledger has no leaf of it. Keep the database for an investigation and run `holdfast audit`.',
  );
}

/** A certificate as a list shows it. */
export interface CertificateLine {
  readonly recordingId: string;
  readonly disposedAt: string;
  readonly rules: string[];
  readonly run: string | null;
  /** Names of those who agreed, or their ids where a name no longer stands. */
  readonly approvedBy: string[];
  readonly completedAt: string | null;
}

/** The newest certificates, at most 200. */
export async function listCertificates(tx: Tx): Promise<CertificateLine[]> {
  return certificateLines(tx, 'order by c.disposed_at desc, c.recording_id limit 200');
}

/** The line of one certificate, if there is one. */
export async function certificateLine(tx: Tx, recordingId: string): Promise<CertificateLine | undefined> {
  return (await certificateLines(tx, 'where c.recording_id = $1', [recordingId]))[0];
}

async function certificateLines(tx: Tx, rest: string, values: unknown[] = []): Promise<CertificateLine[]> {
  const { rows } = await tx.query<
    Omit<CertificateLine, 'disposedAt' | 'completedAt'> & { disposedAt: Date; completedAt: Date | null }
  >(
    `select c.recording_id as "recordingId", c.disposed_at as "disposedAt", c.completed_at as "completedAt",
            array(select r ->> 'id' from jsonb_array_elements(c.rules) r) as rules, c.evidence -> 'run' ->> 'id' as run,
            array(select coalesce(u.name, a ->> 'decidedBy') from jsonb_array_elements(coalesce(c.evidence -> 'approvals', '[]')) a
                    left join app_user u on u.tenant_id = c.tenant_id and u.id::text = a ->> 'decidedBy'
                   where a ->> 'decidedBy' is not null) as "approvedBy"
       from disposal_certificate c ${rest}`,
    values,
  );
  return rows.map((row) => ({
    ...row,
    disposedAt: row.disposedAt.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
  }));
}

type CertificateRow = Omit<StoredCertificate, 'disposedAt' | 'completedAt' | 'ledgerIndex'> & {
  readonly disposedAt: Date;
  readonly completedAt: Date | null;
  readonly ledgerIndex: number | null;
};

/** Certificates of earlier releases have the index in their row. */
async function findCertificate(tx: Tx, recordingId: string): Promise<CertificateRow | undefined> {
  const { rows } = await tx.query<CertificateRow>(
    `select recording_id as "recordingId", policy_epoch as "policyEpoch", disposed_at as "disposedAt", rules, evidence,
            completed_at as "completedAt", completion,
            coalesce(ledger_index, (select min(index) from ledger_leaf
                                     where object_id = $1 and object_type = 'recording'
                                       and act = 'disposal.certified')) as "ledgerIndex"
       from disposal_certificate where recording_id = $1::uuid`,
    [recordingId],
  );
  return rows[0];
}

/** A certified disposal whose last copies of keys are dead: every root under which they were wrapped was destroyed. */
export interface Completable {
  readonly recordingId: string;
  readonly tombstone: string;
  /** `provider:root`. */
  readonly roots: readonly string[];
  /** RFC 3339. */
  readonly beyondRecoveryAt: string;
}

/** Up to `limit` certificates that can be completed, under their locks. */
export async function listCompletable(tx: Tx, limit: number): Promise<Completable[]> {
  const { rows } = await tx.query<Omit<Completable, 'beyondRecoveryAt'> & { beyondRecoveryAt: Date }>(
    `select c.recording_id as "recordingId", t.id as tombstone, k.roots, k.at as "beyondRecoveryAt"
       from disposal_certificate c
       join tombstone t on t.tenant_id = c.tenant_id and t.recording_id = c.recording_id and t.withdrawn_at is null
                       and not t.parts_only
       -- Also what went before, part by part: the certificate speaks of the whole recording.
       cross join lateral (
         select array_agg(distinct k.provider || ':' || k.root_key_id) as roots, max(p.beyond_recovery_at) as at,
                bool_and(k.destroyed_at is not null and p.id is not null) as dead
           from tombstone s
           join tombstone_key k on k.tenant_id = s.tenant_id and k.tombstone_id = s.id
           left join lateral (
             select p.id, p.beyond_recovery_at from key_period p
              where p.tenant_id = k.tenant_id and p.closed_at is not null and p.provider = k.provider
                and k.root_key_id = any (p.old_roots) order by p.id limit 1) p on true
          where s.tenant_id = t.tenant_id and s.recording_id = t.recording_id and s.withdrawn_at is null) k
      where c.completed_at is null and k.dead
      order by c.recording_id limit $1 for update of c skip locked`,
    [limit],
  );
  return rows.map((row) => ({ ...row, beyondRecoveryAt: row.beyondRecoveryAt.toISOString() }));
}

/** Adds to a certificate that its last copies are dead, since when and why. */
export async function completeCertificate(
  tx: Tx,
  recordingId: string,
  at: string,
  completion: Pick<Completable, 'roots' | 'beyondRecoveryAt'>,
): Promise<void> {
  await tx.query(
    'update disposal_certificate set completed_at = $2, completion = $3 where recording_id = $1',
    [recordingId, at, completion],
  );
}

/** Removes what a disposed recording's rows still say about people; the row itself stays as the memory that it existed. */
export async function forgetPeople(tx: Tx, recordingId: string): Promise<void> {
  await tx.query('delete from party where recording_id = $1', [recordingId]);
  await tx.query('delete from recording_identity where recording_id = $1', [recordingId]);
  await tx.query("update recording set call_id = null, warnings = '[]', own_of = '{}' where id = $1", [
    recordingId,
  ]);
  await forgetCorrections(tx, recordingId);
  await forgetCutReasons(tx, recordingId);
  await forgetContentSalts(tx, recordingId);
}

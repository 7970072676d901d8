import { createHash } from 'node:crypto';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { canonicalBytes, type JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import { reviewsOf } from '../../recorder-core/records/disposal-reviews.ts';
import { readRunOf } from '../../recorder-core/records/disposal-runs.ts';
import { forgetPeople, insertCertificate, readCertificate } from '../../recorder-core/records/disposals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import {
  changeState,
  lockRecording,
  readRecording,
  type Recording,
} from '../../recorder-core/records/recordings.ts';
import { readBuriedKeysOf, readTombstone } from '../../recorder-core/records/tombstones.ts';
import type { StoredVersion } from '../../recorder-core/vault/object-store.ts';
import { decodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readBack, searchBack } from './read-back.ts';
import { residualCopies } from './residual-copies.ts';

/**
 * See `LifecycleActivities.certifyDisposal`. The certificate says what was destroyed and how, what was tried to read it,
 * what every connected system answered, and which copies remain until when. Its leaf holds the certificate's digest.
 */
export function certifyDisposal(deps: ActivityDependencies): LifecycleActivities['certifyDisposal'] {
  return async ({ tenantId, recordingId, policyEpoch }) => {
    const { recording, parts, known } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parts: await readParts(tx, recordingId),
      known: await readCertificate(tx, recordingId),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    if (known !== undefined) return { ledgerIndex: known.ledgerIndex };
    const locked = await requireNothingLeft(deps, tenantId, recording);
    const tried = await readBack(deps, tenantId, parts, locked);
    await deps.db.forTenant(tenantId, async (tx) => {
      const row = await lockRecording(tx, recordingId);
      if ((await readCertificate(tx, recordingId)) !== undefined) return;
      if (row?.state !== 'disposing') throw stillThere(0, 0);
      const at = deps.now();
      const evidence = {
        ...(await describeDestruction(tx, recordingId, parts)),
        objectsLeft: locked.length,
        ...(await describeAgreement(tx, recordingId)),
        connections: await lastAnswers(tx, recordingId),
        readBack: { ...tried, ...(await searchBack(tx, recordingId)) },
        residualCopies: await residualCopies(tx, { recordingId, at, backupDays: deps.backupDays, locked }),
        beyondRecoveryAt: null, // disposal.completed says it, when the period is closed
      };
      await certify(tx, { tenantId, recording: row, policyEpoch, evidence, at });
      await forgetPeople(tx, recordingId);
      await changeState(tx, recordingId, 'disposing', 'disposed');
    });
    const certificate = await deps.db.forTenant(tenantId, (tx) => readCertificate(tx, recordingId));
    if (certificate === undefined)
      throw new HoldfastError(
        'integrity_failed',
        'The recording is disposed of, and its certificate is missing. Keep the database for an investigation.',
      );
    return { ledgerIndex: certificate.ledgerIndex };
  };
}

/** What the store's own locks keep is no failure: it is unreadable, and the certificate names it. */
async function requireNothingLeft(
  deps: ActivityDependencies,
  tenantId: string,
  { id: recordingId, region }: Recording,
): Promise<StoredVersion[]> {
  const keys = await deps.db.forTenant(tenantId, (tx) => readKekIds(tx, recordingId));
  const left = await Array.fromAsync(
    deps.objects.remainingVersions(objectKey({ region, tenantId, recordingId }, '')),
  );
  const isLocked = ({ lockedUntil, legalHold }: StoredVersion): boolean => lockedUntil !== null || legalHold;
  const deletable = left.filter((version) => !isLocked(version));
  if (keys.size > 0 || deletable.length > 0) throw stillThere(keys.size, deletable.length);
  return left;
}

/** Which keys are gone, what they opened, and what must go for a backup to open nothing either. */
async function describeDestruction(tx: Tx, recordingId: string, parts: readonly Part[]) {
  const tombstone = await readTombstone(tx, recordingId);
  const byPart = new Map((await readBuriedKeysOf(tx, recordingId)).map((key) => [key.partId, key]));
  return {
    item: tombstone === undefined ? null : decodeTombstone(tombstone.body).saltedId,
    tombstone: tombstone?.id ?? null,
    mechanism:
      'Cryptographic erase: each part was encrypted under a 256-bit AES key of its own before it reached a disk; these keys were deleted in every store of the product, and evicted from memory before.',
    liveKeys: 0,
    parts: parts.map(({ id, kind, ciphertextSha256, objectKey: location }) => {
      const key = byPart.get(id);
      return {
        id,
        kind,
        ciphertextSha256: ciphertextSha256.toString('hex'),
        location,
        kek: key?.kekId ?? null,
        root: key === undefined ? null : `${key.provider}:${key.rootKeyId}`,
      };
    }),
  };
}

/** Under which run it was claimed, and who agreed to that or looked at it. People by id: names stand with the people. */
async function describeAgreement(tx: Tx, recordingId: string) {
  const run = await readRunOf(tx, recordingId);
  const review = (await reviewsOf(tx, [recordingId])).get(recordingId);
  const approvals: Record<string, string | null>[] = [];
  for (const id of [run?.approvalId, review?.approvalId]) {
    const approval = id === undefined || id === null ? undefined : await readApproval(tx, id);
    if (approval?.state !== 'approved') continue;
    approvals.push({
      approval: approval.id,
      kind: approval.kind,
      decidedBy: approval.decidedBy?.id ?? null,
      onBehalfOf: approval.onBehalfOf?.id ?? null,
      decidedAt: approval.endedAt,
    });
  }
  return { run: run === undefined ? null : { id: run.id, rule: run.rule }, approvals };
}

/** Asked every hour for a month, a sick system answers hundreds of times; its last answer is what stands. */
async function lastAnswers(tx: Tx, recordingId: string) {
  const asked = (await readReceipts(tx, { type: 'recording', id: recordingId })).filter(
    ({ operation }) => operation === 'delete-recording',
  );
  const last = new Map(asked.map((receipt) => [receipt.connectionId, receipt]));
  const keysGoneAt = (await readTombstone(tx, recordingId))?.destroyedAt ?? null;
  return [...last.values()].map(({ connectionId, outcome, detail, at }) => ({
    connectionId,
    outcome,
    detail,
    answeredAt: at,
    beforeTheKeys: keysGoneAt !== null && at < keysGoneAt,
    asked: asked.filter((receipt) => receipt.connectionId === connectionId).length,
  }));
}

interface Certifying {
  readonly tenantId: string;
  readonly recording: Recording;
  readonly policyEpoch: number;
  readonly evidence: Readonly<Record<string, unknown>> & { readonly tombstone: string | null };
  readonly at: Date;
}

async function certify(
  tx: Tx,
  { tenantId, recording, policyEpoch, evidence, at }: Certifying,
): Promise<void> {
  const rules = recording.retention?.rules ?? [];
  const bytes = canonicalBytes(JSON.parse(JSON.stringify(evidence)) as JsonValue);
  await appendLeaf(tx, tenantId, {
    at,
    act: 'disposal.certified',
    object: { type: 'recording', id: recording.id },
    outcome: 'done',
    rules: rules.map(({ id }) => id),
    digests: { certificate: createHash('sha256').update(bytes).digest('hex') },
    facts: { policyEpoch, tombstone: evidence.tombstone },
  });
  const disposedAt = at.toISOString();
  await insertCertificate(tx, tenantId, {
    recordingId: recording.id,
    policyEpoch,
    disposedAt,
    rules,
    evidence,
  });
}

function stillThere(keys: number, objects: number): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The disposal cannot be certified: ${keys} keys and ${objects} objects are still there. Run the disposal again.`,
  );
}

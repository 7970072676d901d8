import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { forgetPeople, insertCertificate, readCertificate } from '../../recorder-core/records/disposals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import {
  changeState,
  lockRecording,
  readRecording,
  type Recording,
} from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `LifecycleActivities.certifyDisposal`. The certificate says what was checked and what every connected system answered. */
export function certifyDisposal(deps: ActivityDependencies): LifecycleActivities['certifyDisposal'] {
  return async ({ tenantId, recordingId, policyEpoch }) => {
    const objectsLeft = await countObjects(deps, tenantId, recordingId);
    return deps.db.forTenant(tenantId, async (tx) => {
      const known = await readCertificate(tx, recordingId);
      if (known !== undefined) return { ledgerIndex: known.ledgerIndex };
      const recording = await lockRecording(tx, recordingId);
      const evidence = await gatherEvidence(tx, recordingId, objectsLeft);
      if (recording?.state !== 'disposing' || evidence.liveKeys > 0 || objectsLeft > 0) {
        throw new HoldfastError(
          'integrity_failed',
          `The disposal cannot be certified: ${evidence.liveKeys} keys and ${objectsLeft} objects are still there. Run the disposal again.`,
        );
      }
      const ledgerIndex = await certify(tx, { tenantId, recording, policyEpoch, evidence, at: deps.now() });
      await forgetPeople(tx, recordingId);
      await changeState(tx, recordingId, 'disposing', 'disposed');
      return { ledgerIndex };
    });
  };
}

async function gatherEvidence(tx: Tx, recordingId: string, objectsLeft: number) {
  const parts = await readParts(tx, recordingId);
  const asked = (await readReceipts(tx, recordingId)).filter(
    ({ operation }) => operation === 'delete-recording',
  );
  // Asked every hour for a month, a sick system answers hundreds of times; its last answer is what stands.
  const lastAnswers = new Map(asked.map((receipt) => [receipt.connectionId, receipt]));
  return {
    parts: parts.map(({ id, kind, ciphertextSha256 }) => ({
      id,
      kind,
      ciphertextSha256: ciphertextSha256.toString('hex'),
    })),
    liveKeys: (await readKekIds(tx, recordingId)).size,
    objectsLeft,
    connections: [...lastAnswers.values()].map(({ connectionId, outcome, detail }) => ({
      connectionId,
      outcome,
      detail,
      asked: asked.filter((receipt) => receipt.connectionId === connectionId).length,
    })),
  };
}

interface Certifying {
  readonly tenantId: string;
  readonly recording: Recording;
  readonly policyEpoch: number;
  readonly evidence: Awaited<ReturnType<typeof gatherEvidence>>;
  readonly at: Date;
}

async function certify(
  tx: Tx,
  { tenantId, recording, policyEpoch, evidence, at }: Certifying,
): Promise<number> {
  const rules = recording.retention?.rules ?? [];
  const ledgerIndex = await appendLeaf(tx, tenantId, {
    at,
    act: 'disposal.certified',
    object: { type: 'recording', id: recording.id },
    outcome: 'done',
    rules: rules.map(({ id }) => id),
    facts: { policyEpoch, ...evidence },
  });
  const disposedAt = at.toISOString();
  await insertCertificate(tx, tenantId, {
    recordingId: recording.id,
    policyEpoch,
    disposedAt,
    rules,
    evidence,
    ledgerIndex,
  });
  return ledgerIndex;
}

async function countObjects(
  deps: ActivityDependencies,
  tenantId: string,
  recordingId: string,
): Promise<number> {
  const recording = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
  if (recording === undefined) throw new HoldfastError('not_found', 'The recording is not in the database.');
  const left = deps.objects.list(objectKey({ region: recording.region, tenantId, recordingId }, ''));
  return (await Array.fromAsync(left)).length;
}

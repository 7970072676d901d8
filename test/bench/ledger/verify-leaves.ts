import { generateKeyPairSync } from 'node:crypto';
import { openCheckpoint, signCheckpoint } from '../../../recorder-core/ledger/checkpoint.ts';
import { openCommitment } from '../../../recorder-core/ledger/commitment.ts';
import { parseLeaf } from '../../../recorder-core/ledger/leaf.ts';
import { verifyInclusion } from '../../../recorder-core/ledger/proofs.ts';
import { noteSigner, verifierKeyText } from '../../../recorder-core/ledger/signed-note.ts';
import type { Database } from '../../../recorder-core/records/database.ts';
import { readHead } from '../../../recorder-core/records/ledger-log.ts';
import { readLeavesWithProofs } from '../../../recorder-core/records/proven-leaves.ts';
import { quantile } from '../rounds.ts';

/**
 * Reads all leaves about the recordings with their proofs, and verifies each with all that belongs to it: the signature
 * of the checkpoint, the leaf, its place, its commitments. Answers the median of the milliseconds that one took.
 */
export async function verifyLeaves(db: Database, tenantId: string, recordingIds: readonly string[]) {
  const origin = `bench/${tenantId}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const trusted = { origin, verifierKeys: [verifierKeyText(origin, privateKey)] };
  const times: number[] = [];
  const startedAt = performance.now();
  return db.forTenant(tenantId, async (tx) => {
    const head = await readHead(tx);
    const checkpoint = signCheckpoint({ origin, ...head }, noteSigner(origin, privateKey));
    const objects = { type: 'recording', ids: recordingIds };
    for await (const { index, body, proof, openings } of readLeavesWithProofs(tx, objects, head.size)) {
      const from = performance.now();
      const { size, root } = openCheckpoint(checkpoint, trusted);
      const { commitments } = parseLeaf(body);
      const holds =
        verifyInclusion(body, index, size, proof, root) &&
        openings.every((opening) => openCommitment(commitments, opening));
      times.push(performance.now() - from);
      if (!holds) throw new Error(`Leaf ${index} does not hold.`);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    return { proofVerifyMs: quantile(times, 0.5), leaves: times.length, size: head.size, seconds };
  });
}

import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { openCheckpoint, signCheckpoint, type TrustedLog } from '../ledger/checkpoint.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../ledger/proofs.ts';
import { noteSigner, verifierKeyText } from '../ledger/signed-note.ts';
import type { Tx } from './database.ts';
import {
  insertCheckpoint,
  nodeReader,
  readCheckpoint,
  readHead,
  readLeavesAbout,
  readNewestCheckpoint,
  type StoredLeaf,
} from './ledger-log.ts';

/** Name of a tenant's log; also the name of the key that signs its checkpoints. */
export function logOrigin(tenantId: string): string {
  return `holdfast/tenant/${tenantId}`;
}

/** A signed statement of the log's size and root, with the key that verifies it. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly verifierKey: string;
}

/**
 * Signs the log as it stands now, or answers the checkpoint of this size where
 * one was signed before. Refuses to sign a log that does not extend what was
 * signed last: that database was rolled back or rewritten.
 */
export async function checkpointNow(
  tx: Tx,
  tenantId: string,
  key: KeyObject,
  at: Date,
): Promise<SignedCheckpoint> {
  const origin = logOrigin(tenantId);
  const verifierKey = verifierKeyText(origin, key);
  const trusted = { origin, verifierKeys: [verifierKey] };
  // Before the head: what others append and sign meanwhile must not look like a log that shrank.
  const newest = await readNewestCheckpoint(tx);
  const { size, root } = await readHead(tx);
  await refuseUnlessExtends(tx, newest, { size, root }, trusted);
  const known = await readCheckpoint(tx, size);
  if (known !== undefined) {
    if (!openCheckpoint(known, trusted).root.equals(root)) throw rewritten();
    return { size, root, note: known, verifierKey };
  }
  const note = signCheckpoint({ origin, size, root }, noteSigner(origin, key));
  await insertCheckpoint(tx, tenantId, size, note, at.toISOString());
  return { size, root, note, verifierKey };
}

async function refuseUnlessExtends(
  tx: Tx,
  newest: string | undefined,
  now: { readonly size: number; readonly root: Buffer },
  trusted: TrustedLog,
): Promise<void> {
  if (newest === undefined) return;
  const before = openCheckpoint(newest, trusted);
  if (before.size > now.size) throw rewritten();
  const proof = await consistencyProof(before.size, now.size, nodeReader(tx));
  if (!verifyConsistency(before.size, now.size, proof, before.root, now.root)) throw rewritten();
}

/** A leaf about an object, with its proof against a checkpoint. */
export interface ProvenLeaf extends StoredLeaf {
  readonly proof: readonly Buffer[];
  readonly proven: boolean;
}

/** Everything the log says about one object, each leaf proven against the checkpoint. */
export async function readCustody(
  tx: Tx,
  objectId: string,
  checkpoint: SignedCheckpoint,
): Promise<ProvenLeaf[]> {
  const leaves = await readLeavesAbout(tx, objectId);
  const readNode = nodeReader(tx);
  const proven: ProvenLeaf[] = [];
  for (const leaf of leaves.filter(({ index }) => index < checkpoint.size)) {
    const proof = await inclusionProof(leaf.index, checkpoint.size, readNode);
    proven.push({
      ...leaf,
      proof,
      proven: verifyInclusion(leaf.body, leaf.index, checkpoint.size, proof, checkpoint.root),
    });
  }
  return proven;
}

function rewritten(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The ledger does not extend the checkpoint that was signed last: the database was rolled back or changed. Nothing is signed; keep the database for an investigation and restore it from a backup.',
  );
}

import { HoldfastError } from '../errors.ts';
import { openCheckpoint, signCheckpoint, type Checkpoint, type TrustedLog } from '../ledger/checkpoint.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../ledger/proofs.ts';
import { noteSigner } from '../ledger/signed-note.ts';
import type { Tx } from './database.ts';
import {
  insertCheckpoint,
  nodeReader,
  readCheckpoint,
  readHead,
  readNewestCheckpoint,
} from './ledger-log.ts';
import { readStoppingAlarm, requireNoAlarm } from './ledger-alarms.ts';
import { logOrigin } from './log-origin.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { readSigningKeys, signingKeyAt, type LedgerKeys } from './signing-keys.ts';
import { readLeavesAbout, type StoredLeaf } from './stored-leaves.ts';

/** A signed statement of the log's size and root, with the key that verifies it. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  /** Of the key that signed it; an earlier one where the log has not grown since it was replaced. */
  readonly verifierKey: string;
}

/**
 * Signs the log as it stands now, with all that was committed before, with the current key; or answers the checkpoint
 * of this size where one was signed before. Refuses to sign a log that does not extend what was signed last, by
 * whichever key: that database was rolled back or rewritten. Refuses as well while an alarm of a witness stands.
 */
export async function checkpointNow(
  tx: Tx,
  tenantId: string,
  keys: LedgerKeys,
  at: Date,
): Promise<SignedCheckpoint> {
  const origin = logOrigin(tenantId);
  const known = await readSigningKeys(tx, tenantId, keys);
  const trusted = { origin, verifierKeys: known.map(({ verifierKey }) => verifierKey) };
  await requireNoAlarm(tx);
  // Before the head: what others append and sign meanwhile must not look like a log that shrank.
  const newest = await readNewestCheckpoint(tx);
  await sequenceLeaves(tx, tenantId);
  const { size, root } = await readHead(tx);
  await refuseUnlessExtends(tx, newest, { size, root }, trusted);
  const signed = await readCheckpoint(tx, size);
  if (signed !== undefined) return reopen(signed, { size, root }, trusted);
  const { privateKey, verifierKey } = await signingKeyAt(tx, tenantId, keys, at);
  const note = signCheckpoint({ origin, size, root }, noteSigner(origin, privateKey));
  await insertCheckpoint(tx, tenantId, size, note, at.toISOString());
  return { size, root, note, verifierKey };
}

/**
 * The checkpoint for people of the house who read the log: as checkpointNow, but while an alarm stands the one that was
 * signed last, so that they can still look into the log when they need it most. What came after it is not under it.
 * @throws as checkpointNow; while an alarm stands, only where nothing was ever signed.
 */
export async function checkpointForReading(
  tx: Tx,
  tenantId: string,
  keys: LedgerKeys,
  at: Date,
): Promise<SignedCheckpoint> {
  if ((await readStoppingAlarm(tx)) === undefined) return checkpointNow(tx, tenantId, keys, at);
  const newest = await readNewestCheckpoint(tx);
  if (newest === undefined) return checkpointNow(tx, tenantId, keys, at);
  const known = await readSigningKeys(tx, tenantId, keys);
  const trusted = { origin: logOrigin(tenantId), verifierKeys: known.map(({ verifierKey }) => verifierKey) };
  return reopen(newest, openCheckpoint(newest, trusted), trusted);
}

/** A checkpoint that was signed before, by whichever key. */
function reopen(
  note: string,
  { size, root }: { readonly size: number; readonly root: Buffer },
  trusted: TrustedLog,
): SignedCheckpoint {
  for (const verifierKey of trusted.verifierKeys) {
    const opened = openIfSignedBy(note, { ...trusted, verifierKeys: [verifierKey] });
    if (opened === undefined) continue;
    if (!opened.root.equals(root)) throw rewritten();
    return { size, root, note, verifierKey };
  }
  throw rewritten();
}

function openIfSignedBy(note: string, trusted: TrustedLog): Checkpoint | undefined {
  try {
    return openCheckpoint(note, trusted);
  } catch {
    return undefined;
  }
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
  return proveLeaves(tx, await readLeavesAbout(tx, objectId), checkpoint);
}

/** Each leaf with its proof against the checkpoint; those that came after it are left out. */
export async function proveLeaves(
  tx: Tx,
  leaves: readonly StoredLeaf[],
  checkpoint: Pick<SignedCheckpoint, 'size' | 'root'>,
): Promise<ProvenLeaf[]> {
  const readNode = nodeReader(tx);
  return Promise.all(
    leaves
      .filter(({ index }) => index < checkpoint.size)
      .map(async (leaf) => {
        const proof = await inclusionProof(leaf.index, checkpoint.size, readNode);
        const proven = verifyInclusion(leaf.body, leaf.index, checkpoint.size, proof, checkpoint.root);
        return { ...leaf, proof, proven };
      }),
  );
}

function rewritten(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The ledger does not extend the checkpoint that was signed last: the database was rolled back or changed. Nothing is signed; keep the database for an investigation and restore it from a backup.',
  );
}

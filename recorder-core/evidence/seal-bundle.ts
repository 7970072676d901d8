import { actedBy } from '../records/leaf-people.ts';
import { appendLeaf } from '../records/ledger-log.ts';
import { damaged } from './bundle-files.ts';
import type { BundleCheckpoint, BundleAccess, BundleOrder } from './bundle-order.ts';
import { presentLeaf, readLeavesOf } from './recording-leaves.ts';
import { historyLines } from './write-ledger.ts';

/** What the seal states of a bundle. */
export interface SealStatement {
  readonly manifestSha256: string;
  readonly files: number;
  readonly recordings: number;
}

/**
 * Enters a finished manifest into the log and proves it there: the content of `seal/seal.json`, with the index of the leaf.
 * `head` is the checkpoint that the bundle's own proofs are for.
 */
export async function sealBundle(
  access: BundleAccess,
  order: BundleOrder,
  head: BundleCheckpoint,
  { manifestSha256, files, recordings }: SealStatement,
) {
  const { db } = access;
  const { id, tenantId, requestedBy, approvedBy, recipient } = order;
  const input = {
    at: access.now(),
    act: 'export.sealed',
    object: { type: 'export', id },
    outcome: 'done',
    digests: { manifestSha256 },
    facts: { files, recordings },
  } as const;
  const personal = {
    ...actedBy(requestedBy),
    ...(approvedBy !== null && { approver: approvedBy.name, approverId: approvedBy.id }),
    recipient: recipient.name,
  };
  await db.forTenant(tenantId, async (tx) => {
    await appendLeaf(tx, tenantId, input, personal);
  });
  const sealedHead = await access.checkpoint(tenantId);
  return db.forTenant(tenantId, async (tx) => {
    const leaves = await readLeavesOf(tx, input.object, sealedHead);
    const seal = leaves.findLast(({ leaf }) => leaf.digests?.['manifestSha256'] === manifestSha256);
    if (seal === undefined) throw damaged('the log does not hold the seal that was just entered');
    return { ...presentLeaf(seal), history: await historyLines(tx, [sealedHead], head.size) };
  });
}

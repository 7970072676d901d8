import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { canonicalBytes, type JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { movePartDisposal, type PartDisposal } from '../../recorder-core/records/part-disposals.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import { readBuriedKeys } from '../../recorder-core/records/tombstones.ts';
import type { StoredVersion } from '../../recorder-core/vault/object-store.ts';
import type { PartDisposalActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readBack } from '../lifecycle/read-back.ts';
import { residualCopies } from '../lifecycle/residual-copies.ts';
import { requireKeysGone } from './destroy-part-objects.ts';
import { lockPartDisposal, requirePartDisposal } from './require-part-disposal.ts';

/**
 * See `PartDisposalActivities.certifyParts`. The evidence says what was destroyed and how, what was tried to read it, which
 * copies remain until when, and what of the recording is kept; its leaf holds the evidence's digest.
 */
export function certifyParts(deps: ActivityDependencies): PartDisposalActivities['certifyParts'] {
  return async ({ tenantId, disposalId }) => {
    const known = await deps.db.forTenant(tenantId, (tx) => requirePartDisposal(tx, disposalId));
    const count = known.partIds.length - known.keptIds.length;
    if (known.state === 'certified') return { parts: count };
    const parts = await deps.db.forTenant(tenantId, (tx) => requireKeysGone(tx, disposalId));
    const locked = await requireObjectsGone(deps, parts);
    const tried = await readBack(deps, tenantId, parts, locked);
    await deps.db.forTenant(tenantId, async (tx) => {
      const { order } = await lockPartDisposal(tx, disposalId);
      if (order.state !== 'destroyed') return;
      await certify(deps, tx, tenantId, { order, parts, locked, tried });
    });
    return { parts: count };
  };
}

/** What the store's own locks keep is no failure: it is unreadable, and the evidence names it. */
async function requireObjectsGone(
  deps: ActivityDependencies,
  parts: readonly Part[],
): Promise<StoredVersion[]> {
  const left: StoredVersion[] = [];
  for (const { objectKey } of parts)
    left.push(...(await Array.fromAsync(deps.objects.remainingVersions(objectKey))));
  const deletable = left.filter(({ lockedUntil, legalHold }) => lockedUntil === null && !legalHold);
  if (deletable.length === 0) return left;
  throw new HoldfastError(
    'integrity_failed',
    `The destruction of parts cannot be certified: ${deletable.length} of their objects are still there. Run it again.`,
  );
}

/** What is certified, and what was found. */
interface Certifying {
  readonly order: PartDisposal;
  readonly parts: readonly Part[];
  readonly locked: readonly StoredVersion[];
  readonly tried: Awaited<ReturnType<typeof readBack>>;
}

async function certify(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  certifying: Certifying,
): Promise<void> {
  const at = deps.now();
  const { order, parts } = certifying;
  const { id: disposal, recordingId, tombstoneId, ground } = order;
  const evidence = await describeDestruction(deps, tx, certifying, at);
  await movePartDisposal(tx, disposal, 'destroyed', 'certified', { evidence, endedAt: at.toISOString() });
  await appendListing(tx, tenantId, 'parts', {
    at,
    act: 'parts.certified',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    digests: { certificate: createHash('sha256').update(canonicalBytes(evidence)).digest('hex') },
    facts: { disposal, ground, tombstone: tombstoneId, parts: parts.map(({ id }) => id) },
  });
  await insertOutbox(tx, {
    tenantId,
    id: deps.newId(at),
    topic: 'recording.changed', // connected systems learn what is left
    payload: { recordingId },
    trace: {},
  });
}

/** Which keys are gone, what they opened, and which copies remain until when. */
async function describeDestruction(
  deps: ActivityDependencies,
  tx: Tx,
  { order: { recordingId, tombstoneId }, parts, locked, tried }: Certifying,
  at: Date,
): Promise<Record<string, JsonValue>> {
  const keys = tombstoneId === null ? [] : await readBuriedKeys(tx, tombstoneId);
  const byPart = new Map(keys.map((key) => [key.partId, key]));
  const evidence = {
    tombstone: tombstoneId,
    mechanism:
      'Cryptographic erase of single parts: each was encrypted under a 256-bit AES key of its own before it reached a disk; these keys were deleted in every store of the product, and evicted from memory before. The rest of the recording is kept.',
    parts: parts.map(({ id, kind, label, ciphertextSha256, objectKey: location }) => {
      const key = byPart.get(id);
      return {
        id,
        kind,
        label,
        ciphertextSha256: ciphertextSha256.toString('hex'),
        location,
        kek: key?.kekId ?? null,
        root: key === undefined ? null : `${key.provider}:${key.rootKeyId}`,
      };
    }),
    objectsLeft: locked.length,
    readBack: tried,
    residualCopies: await residualCopies(tx, { recordingId, at, backupDays: deps.backupDays, locked }),
  };
  return JSON.parse(JSON.stringify(evidence)) as Record<string, JsonValue>;
}

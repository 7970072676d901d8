import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { destroyDataKeys } from '../../recorder-core/records/keys.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { movePartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { requireDisposals } from '../../recorder-core/records/quarantine.ts';
import { touchRecordings } from '../../recorder-core/records/recordings.ts';
import {
  readBuriedKeys,
  readStandingTombstone,
  withdrawTombstones,
} from '../../recorder-core/records/tombstones.ts';
import { decodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { PartDisposalActivities, PartDisposalRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { buryParts } from './bury-parts.ts';
import { decidePartsOf, sparePartsOf } from './decide-parts.ts';
import { lockPartDisposal } from './require-part-disposal.ts';

/**
 * See `PartDisposalActivities.destroyParts`. Decision and destruction are one transaction under the recording's row lock, which
 * placing a hold takes too. A hold that came in between has taken the tombstone back, so that it is decided from the start.
 */
export function destroyParts(deps: ActivityDependencies): PartDisposalActivities['destroyParts'] {
  const bury = buryParts(deps);
  return async (ref) => {
    const { outcome } = await bury(ref);
    if (outcome === 'spared') return { outcome };
    const ended = await deps.db.forTenant(ref.tenantId, (tx) => decideAndDestroy(deps, tx, ref));
    if (ended === 'taken-back') throw takenBack();
    return { outcome: ended };
  };
}

async function decideAndDestroy(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, disposalId }: PartDisposalRef,
): Promise<'destroyed' | 'spared' | 'taken-back'> {
  const { order, recording } = await lockPartDisposal(tx, disposalId);
  if (order.state !== 'asked') return order.state === 'spared' ? 'spared' : 'destroyed';
  const now = deps.now();
  await requireDisposals(tx, now.toISOString());
  const tombstone =
    order.tombstoneId === null ? undefined : await readStandingTombstone(tx, order.tombstoneId);
  if (tombstone === undefined) return 'taken-back';
  const { alone, ...written } = decodeTombstone(tombstone.body);
  const { destroy, explanation } = await decidePartsOf(deps, tx, recording, order);
  const covered = alone?.parts.every((part) => destroy.includes(part)) ?? false;
  if (alone === undefined || !covered || (await deps.journal.isWithdrawn(written))) {
    // Fewer may go than the tombstone names, or a hold whose own commit failed took it back in the journal.
    await withdrawTombstones(tx, deps.journal, [recording.id], now.toISOString());
    if (destroy.length > 0) return 'taken-back';
    await sparePartsOf(deps, tx, tenantId, order, explanation);
    return 'spared';
  }
  const parts = await destroyDataKeys(tx, recording.id, now.toISOString(), {
    tombstoneId: tombstone.id,
    partIds: alone.parts,
  });
  const keys = await readBuriedKeys(tx, tombstone.id);
  await touchRecordings(tx, [recording.id]);
  await movePartDisposal(tx, order.id, 'asked', 'destroyed');
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'keys.destroyed',
    object: { type: 'recording', id: recording.id },
    outcome: 'done',
    rules: explanation.rules.map(({ id }) => id),
    packDigest: explanation.packDigest,
    facts: {
      disposal: order.id,
      ground: order.ground,
      tombstone: tombstone.id,
      parts,
      keks: [...new Set(keys.map(({ kekId }) => kekId))],
    },
  });
  return 'destroyed';
}

function takenBack(): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'What may be destroyed has changed since it was decided, so nothing went. It is decided again.',
    { retryAfterMs: 500 },
  );
}

import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readWrapping } from '../../recorder-core/records/keys.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import {
  movePartDisposal,
  setPartTombstone,
  type PartDisposal,
} from '../../recorder-core/records/part-disposals.ts';
import { requireDisposals } from '../../recorder-core/records/quarantine.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import { insertTombstone, readStandingTombstone } from '../../recorder-core/records/tombstones.ts';
import { encodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { PartDisposalActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { decidePartsOf, sparePartsOf, withDerived, type DecidedParts } from './decide-parts.ts';
import { lockPartDisposal } from './require-part-disposal.ts';

/**
 * See `PartDisposalActivities.buryParts`. The row is committed first and copied to the journal then, as for a whole
 * recording. A tombstone that a hold took back is not raised again: where the parts may go after all, another is written.
 */
export function buryParts(deps: ActivityDependencies): PartDisposalActivities['buryParts'] {
  return async ({ tenantId, disposalId }) => {
    const buried = await deps.db.forTenant(tenantId, (tx) => decideAndBury(deps, tx, tenantId, disposalId));
    if (buried.body !== undefined) await deps.journal.write(buried.body);
    return { outcome: buried.spared ? 'spared' : 'written', recordingId: buried.recordingId };
  };
}

interface Buried {
  readonly recordingId: string;
  readonly spared: boolean;
  /** For the journal; undefined where nothing is left to be written. */
  readonly body?: Buffer;
}

async function decideAndBury(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  disposalId: string,
): Promise<Buried> {
  const { order: given, recording } = await lockPartDisposal(tx, disposalId);
  const { recordingId } = given;
  const order = given.state === 'asked' ? await withDerived(tx, given) : given;
  if (order.state === 'spared') return { recordingId, spared: true };
  const standing =
    order.tombstoneId === null ? undefined : await readStandingTombstone(tx, order.tombstoneId);
  if (standing !== undefined) return { recordingId, spared: false, body: standing.body };
  if (order.state !== 'asked') return { recordingId, spared: false };
  await requireDisposals(tx, deps.now().toISOString());
  if (recording.state === 'disposing') throw goingAsAWhole();
  if (recording.state === 'disposed') {
    await movePartDisposal(tx, order.id, 'asked', 'destroyed');
    return { recordingId, spared: false };
  }
  const decided = await decidePartsOf(deps, tx, recording, order);
  if (decided.destroy.length === 0) {
    await sparePartsOf(deps, tx, tenantId, order, decided.explanation);
    return { recordingId, spared: true };
  }
  return { recordingId, spared: false, body: await bury(deps, tx, { tenantId, order, recording, decided }) };
}

/** What is buried, and by which decision. */
interface Burial {
  readonly tenantId: string;
  readonly order: PartDisposal;
  readonly recording: Recording;
  readonly decided: DecidedParts;
}

async function bury(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, order, recording, decided }: Burial,
): Promise<Buffer> {
  const now = deps.now();
  const salt = randomBytes(16);
  const { explanation, destroy, keep } = decided;
  const rules = explanation.rules.map(({ id }) => id);
  const tombstone = {
    tenant: tenantId,
    id: deps.newId(now),
    recording: recording.id,
    epoch: recording.policyEpoch,
    at: now.toISOString(),
    saltedId: createHash('sha256').update(salt).update(recording.id).digest('hex'),
    rules,
    packDigest: explanation.packDigest,
    keys: await readWrapping(tx, recording.id, destroy),
    stores: ['database', 'objects', ...(await listReachedConnections(tx, recording.id))],
    alone: { disposal: order.id, ground: order.ground, parts: destroy },
  };
  const body = encodeTombstone(tombstone);
  await insertTombstone(tx, tombstone, { body, salt });
  await setPartTombstone(tx, order.id, tombstone.id, { ids: keep, decision: explanation });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'tombstone.written',
    object: { type: 'recording', id: recording.id },
    outcome: 'done',
    rules,
    packDigest: explanation.packDigest,
    facts: {
      disposal: order.id,
      ground: order.ground,
      tombstone: tombstone.id,
      saltedId: tombstone.saltedId,
      keys: tombstone.keys.length,
    },
  });
  return body;
}

/** A hold may still spare it, and then the parts are decided about; else they go with it. */
function goingAsAWhole(): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'The recording is being disposed of as a whole. Its parts are looked at again when that has ended.',
    { retryAfterMs: 30_000 },
  );
}

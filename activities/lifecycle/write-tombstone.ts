import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideRecording, type DecidedRetention } from '../../recorder-core/records/decide-recording.ts';
import { readWrapping } from '../../recorder-core/records/keys.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { requireDisposals } from '../../recorder-core/records/quarantine.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { lockRecording } from '../../recorder-core/records/recordings.ts';
import { insertTombstone, readTombstone } from '../../recorder-core/records/tombstones.ts';
import { encodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { DisposalRef, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { spareRecording } from './spare-recording.ts';

/**
 * See `LifecycleActivities.writeTombstone`. The row is committed first and copied to the journal then: only with both may
 * the keys go, and a crash between the two is made good by doing it again.
 */
export function writeTombstone(deps: ActivityDependencies): LifecycleActivities['writeTombstone'] {
  return async (ref) => {
    const body = await deps.db.forTenant(ref.tenantId, (tx) => decideAndBury(deps, tx, ref));
    if (body === 'spared') return { outcome: 'spared' };
    if (body !== 'disposed') await deps.journal.write(body);
    return { outcome: 'written' };
  };
}

/** Under the recording's lock, which a hold takes too; answers the bytes for the journal. */
async function decideAndBury(
  deps: ActivityDependencies,
  tx: Tx,
  ref: DisposalRef,
): Promise<Buffer | 'spared' | 'disposed'> {
  await requireDisposals(tx, deps.now().toISOString());
  const recording = await lockRecording(tx, ref.recordingId);
  if (recording === undefined) throw new HoldfastError('not_found', 'The recording is not in the database.');
  if (recording.policyEpoch !== ref.policyEpoch || recording.state === 'retained') return 'spared';
  const standing = await readTombstone(tx, ref.recordingId);
  if (standing !== undefined) return standing.body;
  if (recording.state === 'disposed') return 'disposed';
  const decided = await decideRecording(tx, recording, deps.now(), await deps.packs.current(tx));
  if (!decided.mayDispose) {
    await spareRecording(deps, tx, ref, decided);
    return 'spared';
  }
  return bury(deps, tx, ref, decided);
}

async function bury(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, recordingId, policyEpoch }: DisposalRef,
  { explanation }: DecidedRetention,
): Promise<Buffer> {
  const now = deps.now();
  const salt = randomBytes(16);
  const rules = explanation.rules.map(({ id }) => id);
  const { packDigest } = explanation;
  const tombstone = {
    tenant: tenantId,
    id: deps.newId(now),
    recording: recordingId,
    epoch: policyEpoch,
    at: now.toISOString(),
    saltedId: createHash('sha256').update(salt).update(recordingId).digest('hex'),
    rules,
    packDigest,
    keys: await readWrapping(tx, recordingId),
    stores: ['database', 'objects', ...(await listReachedConnections(tx, recordingId))],
  };
  const body = encodeTombstone(tombstone);
  await insertTombstone(tx, tombstone, { body, salt });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'tombstone.written',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    rules,
    packDigest,
    facts: {
      policyEpoch,
      tombstone: tombstone.id,
      saltedId: tombstone.saltedId,
      keys: tombstone.keys.length,
    },
  });
  return body;
}

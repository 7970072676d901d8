import { removeSpoolFolder, partPath, spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { isAsCaptured } from '../../recorder-core/records/open-part.ts';
import { markPartStored, readParts, type Part } from '../../recorder-core/records/parts.ts';
import { changeState, readRecording } from '../../recorder-core/records/recordings.ts';
import type { SpoolActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `SpoolActivities.storeParts`. Each part is digested on its way in and decrypted once from where it came to rest. */
export function storeParts(deps: ActivityDependencies): SpoolActivities['storeParts'] {
  return async ({ tenantId, recordingId }) => {
    const { recording, parts } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parts: await readParts(tx, recordingId),
    }));
    if (recording === undefined) throw missing();
    const answer = { parts: parts.length, bytes: parts.reduce((sum, part) => sum + part.ciphertextBytes, 0) };
    if (recording.state === 'captured') {
      try {
        for (const part of parts.filter(({ store }) => store === 'spool'))
          await storeOne(deps, tenantId, part);
      } catch (error) {
        // An attempt that was given up may have been at work still, have ended first and cleared the spool.
        const now = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
        if (now?.state === 'captured') throw error;
      }
      await deps.db.forTenant(tenantId, async (tx) => {
        if (!(await changeState(tx, recordingId, 'captured', 'stored'))) return;
        await appendListing(tx, tenantId, 'moves', {
          at: deps.now(),
          act: 'recording.stored',
          object: { type: 'recording', id: recordingId },
          outcome: 'done',
          facts: { region: recording.region, ...answer, moves: parts.map(moveOf) },
        });
      });
    }
    await removeSpoolFolder(deps.spool, recordingId);
    return answer;
  };
}

/** A part at rest in another place, the same to the byte. */
function moveOf({ id, ciphertextSha256 }: Part) {
  return { id, from: 'spool', to: 'objects', ciphertextSha256: ciphertextSha256.toString('hex') };
}

async function storeOne(deps: ActivityDependencies, tenantId: string, part: Part): Promise<void> {
  const path = partPath(spoolFolder(deps.spool, part.recordingId), part.id);
  await deps.objects.put(part.objectKey, path, {
    sha256: part.ciphertextSha256.toString('hex'),
    size: part.ciphertextBytes,
  });
  await verifyStored(deps, tenantId, { ...part, store: 'objects' });
  await deps.db.forTenant(tenantId, (tx) => markPartStored(tx, part.id));
}

async function verifyStored(deps: ActivityDependencies, tenantId: string, part: Part): Promise<void> {
  if (await isAsCaptured(deps, tenantId, part)) return;
  throw new HoldfastError(
    'integrity_failed',
    'A part read back from the object store is not what was captured. It stays in the spool; check the store.',
  );
}

function missing(): HoldfastError {
  return new HoldfastError('not_found', 'The recording is not in the database, so nothing was stored.');
}

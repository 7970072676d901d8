import { HoldfastError } from '../errors.ts';
import type { Tx } from '../records/database.ts';
import { actedBy } from '../records/leaf-people.ts';
import { appendLeaves } from '../records/ledger-log.ts';
import { readRecording } from '../records/recordings.ts';
import type { BundleAccess, BundleOrder } from './bundle-order.ts';

const WATERMARK = /^[A-Za-z0-9._:-]{1,64}$/;

/**
 * Checks an order and enters `recording.exported` in the log of each of its recordings, before the first byte is read: whoever
 * was let at a recording stands in its log, also where no bundle comes of it. Every attempt is an entry.
 * @throws HoldfastError `invalid_input`, `not_found`, and `conflict` for a recording that is still in the spool; then nothing
 * is entered.
 */
export async function beginExport({ db, now }: BundleAccess, order: BundleOrder): Promise<void> {
  const { tenantId, recordingIds, requestedBy, recipient } = order;
  if (recordingIds.length === 0) throw refused('it names no recording', 'recordingIds');
  if (new Set(recordingIds).size < recordingIds.length)
    throw refused('it names a recording twice', 'recordingIds');
  if (!WATERMARK.test(recipient.watermark))
    throw refused('the mark of the recipient is not of its form', 'watermark');
  await db.forTenant(tenantId, async (tx) => {
    for (const id of recordingIds) await requireStored(tx, id);
    await appendLeaves(
      tx,
      tenantId,
      recordingIds.map((id) => ({
        leaf: {
          at: now(),
          act: 'recording.exported',
          object: { type: 'recording', id },
          outcome: 'allowed',
          facts: { export: order.id, ...(order.lines?.has(id) === true && { given: 'own-side' }) },
        },
        personal: { ...actedBy(requestedBy), recipient: recipient.name },
      })),
    );
  });
}

async function requireStored(tx: Tx, id: string): Promise<void> {
  const recording = await readRecording(tx, id);
  if (recording === undefined)
    throw new HoldfastError(
      'not_found',
      'A recording of the export is not in your tenant, so no bundle was made.',
    );
  if (recording.state === 'captured')
    throw new HoldfastError(
      'conflict',
      'A recording of the export is still being stored, so no bundle was made. Try again in a few seconds.',
      { retryAfterMs: 5000 },
    );
}

function refused(reason: string, field: string): HoldfastError {
  return new HoldfastError('invalid_input', `The order of the bundle is refused: ${reason}. Correct it.`, {
    field,
  });
}

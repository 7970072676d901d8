import type { JournalEntry } from '../vault/tombstone-journal.ts';
import type { Tx } from './database.ts';
import { destroyDataKeys, readWrapping } from './keys.ts';
import { appendListing } from './ledger-log.ts';
import { restorePartDisposal } from './part-disposals.ts';
import { lockRecording } from './recordings.ts';
import { insertTombstone } from './tombstones.ts';

/**
 * Carries out in a restored database what a tombstone of the journal says had been carried out before: the keys go again,
 * the parts are marked, and the recording, or the disposal of its parts, is brought to its end once more, with a
 * certificate. A hold that still stands in the old rows had been released by then; holds placed later would have
 * withdrawn the tombstone. Idempotent.
 */
export async function replayTombstone(
  tx: Tx,
  tenantId: string,
  entry: JournalEntry,
  now: Date,
): Promise<void> {
  const { tombstone, body } = entry;
  const at = now.toISOString();
  const { id, recording: recordingId, alone } = tombstone;
  const recording = await lockRecording(tx, recordingId);
  await supersede(tx, recordingId, at, alone !== undefined);
  const wrapping =
    recording === undefined ? tombstone.keys : await readWrapping(tx, recordingId, alone?.parts);
  // The salt was in the database alone; without it the salted id of the body can no longer be opened.
  await insertTombstone(
    tx,
    { ...tombstone, keys: wrapping },
    { body, salt: Buffer.alloc(0), replayedAt: at },
  );
  const only = alone && { tombstoneId: id, partIds: alone.parts };
  const parts = await destroyDataKeys(tx, recordingId, at, only);
  await tx.query(
    'update tombstone_key set destroyed_at = $2 where tombstone_id = $1 and destroyed_at is null',
    [id, at],
  );
  await takeUpAgain(tx, tenantId, entry, recording !== undefined);
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'restore.replayed',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    rules: tombstone.rules,
    packDigest: tombstone.packDigest,
    facts: { tombstone: id, parts, known: recording !== undefined, staleHold: recording?.held ?? false },
  });
}

/** Has the worker finish what follows the destruction. */
async function takeUpAgain(
  tx: Tx,
  tenantId: string,
  { tombstone: { id, recording, epoch, alone, at } }: JournalEntry,
  known: boolean,
): Promise<void> {
  if (alone === undefined) {
    await tx.query(
      `update recording set state = 'disposing', policy_epoch = greatest(policy_epoch, $2) + 1,
              claimed_at = 'epoch' where id = $1 and state <> 'disposed'`,
      [recording, epoch],
    );
  } else if (known) {
    const { disposal, ground, parts } = alone;
    const order = { id: disposal, recordingId: recording, partIds: parts, ground, askedAt: at };
    await restorePartDisposal(tx, tenantId, { ...order, tombstoneId: id });
  }
}

/** A tombstone that stood when the backup was made and was taken back since. Parts leave the one of the whole alone. */
async function supersede(tx: Tx, recordingId: string, at: string, alone: boolean): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `update tombstone set withdrawn_at = $2
      where recording_id = $1 and withdrawn_at is null and destroyed_at is null and (parts_only or not $3)
      returning id`,
    [recordingId, at, alone],
  );
  await tx.query('delete from tombstone_key where tombstone_id = any ($1)', [rows.map(({ id }) => id)]);
}

import type { JournalEntry } from '../vault/tombstone-journal.ts';
import { isCaptured, isReplaced } from '../policy/part-disposal.ts';
import { RESTORED_CUT } from '../policy/cut.ts';
import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import { destroyDataKeys, readWrapping } from './keys.ts';
import { appendListing } from './ledger-log.ts';
import { restorePartDisposal } from './part-disposals.ts';
import { readParts } from './parts.ts';
import { lockRecording } from './recordings.ts';
import { restrictRecording } from './restrictions.ts';
import { insertTombstone } from './tombstones.ts';

/**
 * Carries out in a restored database what a tombstone of the journal says had been carried out before: the keys go again,
 * the parts are marked, and the recording, or the disposal of its parts, is brought to its end once more, with a
 * certificate. A hold that still stands in the old rows had been released by then; holds placed later would have
 * withdrawn the tombstone. Idempotent. What was destroyed because a part without a span stood in its place goes only where that
 * part came back too: else the whole line would be lost, and the span has to be cut out again.
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
  if (
    alone?.ground === 'redaction' &&
    recording !== undefined &&
    !(await areReplaced(tx, recordingId, alone.parts))
  )
    return keepUntilCutAgain(tx, tenantId, entry, now);
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

/**
 * Whether a part without the span stands for every captured one of these. False where none of them is known: they were what an
 * earlier cut had left, so that one is lost too, and this span is heard again.
 */
async function areReplaced(tx: Tx, recordingId: string, partIds: readonly string[]): Promise<boolean> {
  const parts = await readParts(tx, recordingId);
  const captured = parts.filter(({ id, kind }) => partIds.includes(id) && isCaptured(kind));
  return captured.length > 0 && captured.every((part) => isReplaced(part, parts, partIds));
}

/** The tombstone is known here, and taken back; the recording is locked away until somebody asks for the cut again. */
async function keepUntilCutAgain(
  tx: Tx,
  tenantId: string,
  { tombstone, body }: JournalEntry,
  now: Date,
): Promise<void> {
  const { id, recording: recordingId, rules, packDigest } = tombstone;
  const at = now.toISOString();
  await insertTombstone(tx, { ...tombstone, keys: [] }, { body, salt: Buffer.alloc(0), replayedAt: at });
  await tx.query('update tombstone set withdrawn_at = $2 where id = $1', [id, at]);
  const why = 'A span had been cut out of it after the backup that was restored. Ask for the cut again.';
  await restrictRecording(
    tx,
    recordingId,
    { id: `${RESTORED_CUT}/${id}`, why, rules, purposes: ['legal-obligation', 'legal-claim'] },
    { tenantId, now, newId: (moment) => newId(moment.getTime()) },
  );
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'restore.replayed',
    object: { type: 'recording', id: recordingId },
    outcome: 'waiting',
    rules,
    packDigest,
    facts: { tombstone: id, parts: [], known: true, cutAgain: true },
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

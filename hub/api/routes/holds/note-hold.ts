import type { Tx } from '../../../../recorder-core/records/database.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../../../recorder-core/records/outbox.ts';
import { touchRecordings } from '../../../../recorder-core/records/recordings.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import type { Identity } from '../../../identity/sessions.ts';
import type { Services } from '../../services.ts';

/** A hold that was just placed or released, and by whom. */
export interface HoldChange {
  readonly act: 'hold.placed' | 'hold.released';
  readonly holdId: string;
  readonly recordingIds: readonly string[];
  readonly identity: Identity;
  readonly services: Services;
  readonly now: Date;
  /** Enters the leaf as commitments only. */
  readonly personal: Readonly<Record<string, string>>;
}

/** What every change of a hold brings with it for each recording: a new revision, word to the connected systems, a leaf. */
export async function noteHold(tx: Tx, change: HoldChange): Promise<void> {
  const { act, holdId, recordingIds, identity, services, now, personal } = change;
  const { tenantId, user } = identity;
  await touchRecordings(tx, recordingIds);
  for (const recordingId of recordingIds) {
    await insertOutbox(tx, {
      tenantId,
      id: services.newId(now),
      topic: 'recording.changed',
      payload: { recordingId },
      trace: carryTrace(),
    });
    await appendLeaf(
      tx,
      tenantId,
      { at: now, act, object: { type: 'recording', id: recordingId }, outcome: 'done', facts: { holdId } },
      { actor: user.name, ...personal },
    );
  }
}

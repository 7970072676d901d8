import { RESTORED_CUT, type CutState } from '../../recorder-core/policy/cut.ts';
import { withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import { moveCut, type RecordingCut } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { liftRestriction } from '../../recorder-core/records/restrictions.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The ground under which a cut that waits restricts its recording. */
export function restrictionOf({ id }: Pick<RecordingCut, 'id'>): string {
  return `cut/${id}`;
}

/**
 * Ends a cut with its leaf, and the restriction that stood while it waited, or since a restore had lost an earlier one; nobody is
 * asked any more about one whose recording is disposed of. Under the lock of its recording.
 */
export async function endCut(
  deps: Pick<ActivityDependencies, 'newId'>,
  tx: Tx,
  { tenantId, cut, now }: { readonly tenantId: string; readonly cut: RecordingCut; readonly now: Date },
  state: Extract<CutState, 'cut' | 'nothing' | 'refused' | 'void'>,
): Promise<void> {
  const { id, recordingId, disposalId } = cut;
  await moveCut(tx, id, state, { decision: null, endedAt: now.toISOString() });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'cut.ended',
    object: { type: 'recording', id: recordingId },
    outcome: state === 'cut' ? 'done' : state,
    facts: { cut: id, disposal: disposalId },
  });
  if (state === 'void') await askNoMore(deps, tx, { tenantId, cutId: id, now });
  const lifting = { tenantId, now, newId: deps.newId };
  await liftRestriction(tx, recordingId, restrictionOf(cut), lifting);
  if (state !== 'cut') return;
  const { restriction } = (await readRecording(tx, recordingId)) ?? { restriction: null };
  for (const ground of restriction?.grounds ?? [])
    if (ground.id.startsWith(`${RESTORED_CUT}/`)) await liftRestriction(tx, recordingId, ground.id, lifting);
}

async function askNoMore(
  { newId }: Pick<ActivityDependencies, 'newId'>,
  tx: Tx,
  { tenantId, cutId, now }: { readonly tenantId: string; readonly cutId: string; readonly now: Date },
): Promise<void> {
  const about = { kind: 'recording-cut', subjectId: cutId } as const;
  await withdrawApprovalsAbout(tx, about, { tenantId, now, newId, reason: 'The recording is disposed of.' });
}

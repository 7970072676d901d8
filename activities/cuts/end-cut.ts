import { RESTORED_CUT, type CutState } from '../../recorder-core/policy/cut.ts';
import { withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import { moveCut, type RecordingCut } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { liftRestriction } from '../../recorder-core/records/restrictions.ts';
import { soundOf } from '../../recorder-core/records/tombstones.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The ground under which a cut that waits restricts its recording. */
export function restrictionOf({ id }: Pick<RecordingCut, 'id'>): string {
  return `cut/${id}`;
}

/**
 * Ends a cut with its leaf, the restriction that stood while it waited, and one that stands because a restore had lost an earlier
 * cut; nobody is asked any more about one whose recording is disposed of. Under the lock of its recording.
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
  if (state !== 'cut' && state !== 'nothing') return;
  const made = await findMadeUpFor(tx, recordingId);
  if (made !== undefined) await liftRestriction(tx, recordingId, made, lifting);
}

/**
 * The ground of a lost cut that this one makes up for; undefined where none. Each lost cut is asked for again by itself: first those
 * whose sound came back, once it is gone; after them those of what earlier cuts had left, which did not come back.
 */
async function findMadeUpFor(tx: Tx, recordingId: string): Promise<string | undefined> {
  const { restriction } = (await readRecording(tx, recordingId)) ?? { restriction: null };
  const lost = (restriction?.grounds ?? []).filter(({ id }) => id.startsWith(`${RESTORED_CUT}/`));
  let unknown: string | undefined;
  let isLeft = false;
  for (const { id } of lost) {
    const sound = await soundOf(tx, id.slice(RESTORED_CUT.length + 1));
    if (sound === 'gone') return id;
    if (sound === 'left') isLeft = true;
    else unknown ??= id;
  }
  return isLeft ? undefined : unknown;
}

async function askNoMore(
  { newId }: Pick<ActivityDependencies, 'newId'>,
  tx: Tx,
  { tenantId, cutId, now }: { readonly tenantId: string; readonly cutId: string; readonly now: Date },
): Promise<void> {
  const about = { kind: 'recording-cut', subjectId: cutId } as const;
  await withdrawApprovalsAbout(tx, about, { tenantId, now, newId, reason: 'The recording is disposed of.' });
}

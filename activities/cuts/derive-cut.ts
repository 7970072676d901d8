import { requireApproved } from '../../recorder-core/records/approvals.ts';
import { moveCut, type RecordingCut } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideCut } from '../../recorder-core/records/decide-cut.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { askPartDisposal, listCondemned } from '../../recorder-core/records/part-disposals.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { isAnyBuried } from '../../recorder-core/records/tombstones.ts';
import type { CutMakingActivities, CutRef } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { derivation, insertDerived } from '../media/seal-derived.ts';
import { endCut } from './end-cut.ts';
import { lockCut, requireCut } from './lock-cut.ts';
import { makeCutPart, type CutPart } from './make-cut-part.ts';

/** See `CutMakingActivities.deriveCut`. Each attempt stores under keys of its own, and deletes what it does not commit. */
export function deriveCut(deps: ActivityDependencies): CutMakingActivities['deriveCut'] {
  return async (ref) => {
    const { cut, recording, parts } = await deps.db.forTenant(ref.tenantId, async (tx) => {
      const cut = await requireCut(tx, ref.cutId);
      return {
        cut,
        recording: await readRecording(tx, cut.recordingId),
        parts: await readParts(tx, cut.recordingId),
      };
    });
    if (cut.state !== 'approved' || recording === undefined) return { derived: 0 };
    const made: CutPart[] = [];
    for (const origin of originsOf(cut, parts)) {
      if (parts.some((part) => part.cutId === cut.id && part.replaces === origin.id && isLeft(part)))
        continue;
      const one = await makeCutPart(deps, ref.tenantId, { recording, cut, origin });
      if (one !== undefined) made.push(one);
    }
    const committed = await deps.db.forTenant(ref.tenantId, (tx) => commit(deps, tx, ref, made));
    if (committed) return { derived: made.length };
    for (const { derived } of made) await deps.objects.delete(derived.part.objectKey);
    return { derived: 0 };
  };
}

/** The media of the lines of a cut that is heard now: not what an unfinished cut, this or another, has made beside it. */
function originsOf({ labels }: RecordingCut, parts: readonly Part[]): Part[] {
  return parts.filter(
    (part) =>
      part.kind === 'media' &&
      isLeft(part) &&
      part.label !== null &&
      labels.includes(part.label) &&
      !parts.some((one) => one.id === part.replaces && isLeft(one)),
  );
}

function isLeft({ destroyedAt }: Part): boolean {
  return destroyedAt === null;
}

/** Everything that was made, the order about what it was made from, and the new state; false where that may not be any more. */
async function commit(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, cutId }: CutRef,
  made: readonly CutPart[],
): Promise<boolean> {
  const { cut, recording } = await lockCut(tx, cutId);
  const now = deps.now();
  if (cut.state !== 'approved') return false;
  if (recording.state !== 'stored' && recording.state !== 'retained') return false;
  const approval = await requireApproved(tx, cutId, { kind: 'recording-cut', subjectId: cutId });
  const { mayGo } = await decideCut(tx, recording, cut, now, await deps.packs.current(tx));
  if (!mayGo) return false;
  const parts = await readParts(tx, cut.recordingId);
  const left = parts.filter(isLeft);
  const standing = left.filter(
    ({ cutId: by, replaces }) => by === cutId && left.some(({ id }) => id === replaces),
  );
  const originIds = [
    ...made.map(({ origin }) => origin.id),
    ...standing.flatMap(({ replaces }) => replaces ?? []),
  ];
  const partIds = [...originIds, ...unheardOf(originIds, left, cutId)];
  if (!(await areFree(tx, cut, partIds, parts))) return false;
  if (originIds.length === 0) {
    await endCut(deps, tx, { tenantId, cut, now }, 'nothing');
    return true;
  }
  for (const one of made) await enter(tx, { tenantId, cut, now, decidedBy: approval.decidedBy }, one);
  const disposalId = deps.newId(now);
  await askPartDisposal(tx, {
    tenantId,
    id: disposalId,
    recordingId: cut.recordingId,
    partIds,
    ground: 'redaction',
    approvalId: cutId,
    now,
  });
  await moveCut(tx, cutId, 'derived', { disposalId, derivedAt: now.toISOString() });
  return true;
}

/** What other unfinished cuts have made from the same parts: it still has this span, and would be heard beside what is made now. */
function unheardOf(originIds: readonly string[], left: readonly Part[], cutId: string): string[] {
  return left
    .filter(({ cutId: by, replaces }) => by !== cutId && replaces !== null && originIds.includes(replaces))
    .map(({ id }) => id);
}

/** Nothing that is to go is on its way out already: what was made from it would outlive the order about it. */
async function areFree(
  tx: Tx,
  { recordingId }: RecordingCut,
  partIds: readonly string[],
  parts: readonly Part[],
): Promise<boolean> {
  const condemned = await listCondemned(tx, recordingId);
  if (partIds.some((id) => condemned.includes(id)) || (await isAnyBuried(tx, partIds))) return false;
  return partIds.every((id) => parts.some((part) => part.id === id && part.destroyedAt === null));
}

interface Entering {
  readonly tenantId: string;
  readonly cut: RecordingCut;
  readonly now: Date;
  readonly decidedBy: LeafPerson | null;
}

async function enter(
  tx: Tx,
  { tenantId, cut, now, decidedBy }: Entering,
  { derived, origin, tally }: CutPart,
): Promise<void> {
  await insertDerived(tx, tenantId, derived);
  const { id, ground, fromMs, toMs } = cut;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'recording.derived',
      object: { type: 'recording', id: cut.recordingId },
      outcome: 'done',
      facts: {
        ...derivation(derived.part, [origin]),
        cut: {
          id,
          approval: id,
          ground,
          line: origin.label,
          fromMs,
          toMs,
          packets: tally.packets,
          kept: { records: tally.kept.records, sha256: tally.kept.sha256 },
        },
      },
    },
    decidedBy === null ? {} : actedBy(decidedBy),
  );
}

import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readClockPlan } from '../../recorder-core/media/clock-plan.ts';
import { CutLog, findCut, type CutTally } from '../../recorder-core/media/cut-span.ts';
import type { RecordingCut } from '../../recorder-core/records/cuts.ts';
import { streamPart } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { sealDerived, type SealedDerived } from '../media/seal-derived.ts';

/** A part without the span, stored and in no row yet, and what it was made from. */
export interface CutPart {
  readonly derived: SealedDerived;
  readonly origin: Part;
  readonly tally: CutTally;
}

/** What is cut out of what. */
export interface CuttingPart {
  readonly recording: Recording;
  readonly cut: Pick<RecordingCut, 'id' | 'fromMs' | 'toMs'>;
  readonly origin: Part;
}

/**
 * Makes the part without the span, reading the one that has it twice; undefined, and nothing is stored, where no packet of it
 * lies in the span. Errors as `openPart`; `integrity_failed` where the part is not what was captured.
 */
export async function makeCutPart(
  deps: ActivityDependencies,
  tenantId: string,
  { recording, cut, origin }: CuttingPart,
): Promise<CutPart | undefined> {
  const digest = createHash('sha256');
  async function* watched(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of streamPart(deps, tenantId, origin)) {
      digest.update(piece);
      yield piece;
    }
  }
  const found = await findCut(watched(), cut, {
    originMs: Date.parse(recording.startedAt),
    plan: readClockPlan(origin.clockPlan),
  });
  if (!digest.digest().equals(origin.sha256)) throw damaged();
  if (found.isEmpty) return undefined;
  const log = new CutLog(found);
  const { kind, label, clockPlan } = origin;
  const version = origin.version + 1;
  const derived = await sealDerived(
    deps,
    tenantId,
    recording,
    { kind, label, version, clockPlan, replaces: origin.id, cutId: cut.id },
    log.bytes(streamPart(deps, tenantId, origin)),
  );
  return { derived, origin, tally: log.finish() };
}

function damaged(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A part is not what was captured, so nothing is cut out of it. Verify the recording and restore the part from a copy.',
  );
}

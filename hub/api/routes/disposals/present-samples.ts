import type { SampledDisposal } from '../../../../recorder-core/records/plan-disposals.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { Caller } from '../../../access/caller.ts';
import { keepSeen } from '../../seen-recordings.ts';

interface Sampled {
  readonly sample: readonly SampledDisposal[];
}

/** Plans or runs in their order, each with the recordings of its sample that somebody may see and the number of the others. */
export async function presentSamples<T extends Sampled>(
  tx: Tx,
  caller: Caller,
  now: Date,
  things: readonly T[],
): Promise<(T & { readonly sampleWithheld: number })[]> {
  const all = things.flatMap(({ sample }) => [...sample]);
  const seen = new Set((await keepSeen(tx, caller, now, all)).seen);
  return things.map((thing) => {
    const sample = thing.sample.filter((one) => seen.has(one));
    return { ...thing, sample, sampleWithheld: thing.sample.length - sample.length };
  });
}

import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { listCertificates as queryCertificates } from '../../../../recorder-core/records/disposals.ts';
import { listRuns, readRun, type DisposalRun } from '../../../../recorder-core/records/disposal-runs.ts';
import type { Caller } from '../../../access/caller.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { certificateList, disposalRun } from '../../schemas/disposal.ts';
import { id } from '../../schemas/primitives.ts';
import { keepSeen } from '../../seen-recordings.ts';
import { presentSamples } from './present-samples.ts';

export const listDisposalRuns = defineEndpoint({
  method: 'get',
  path: '/disposals/runs',
  summary: 'The newest 200 runs of disposals: what each found, whether it may go, and who was asked.',
  act: 'disposal.read',
  response: z.object({ items: z.array(disposalRun) }),
  async handle({ tx, identity, now }) {
    return { items: await presentRuns(tx, identity, now, await listRuns(tx)) };
  },
});

export const readDisposalRun = defineEndpoint({
  method: 'get',
  path: '/disposals/runs/:id',
  summary: 'One run of disposals.',
  act: 'disposal.read',
  params: z.object({ id }),
  response: disposalRun,
  async handle({ params, tx, identity, now }) {
    const found = await readRun(tx, params.id);
    const [run] = await presentRuns(tx, identity, now, found === undefined ? [] : [found]);
    if (run !== undefined) return run;
    throw new HoldfastError('not_found', 'There is no run of disposals with this id in your tenant.');
  },
});

export const listCertificates = defineEndpoint({
  method: 'get',
  path: '/disposals/certificates',
  summary: 'The newest 200 certificates of disposals.',
  act: 'disposal.read',
  response: certificateList,
  async handle({ tx, identity, now }) {
    const { seen, withheld } = await keepSeen(tx, identity, now, await queryCertificates(tx));
    return { items: seen, withheld };
  },
});

/** Runs as the API shows them to somebody: of the samples, the recordings that they may see. */
async function presentRuns(
  tx: Tx,
  caller: Caller,
  now: Date,
  runs: readonly DisposalRun[],
): Promise<z.input<typeof disposalRun>[]> {
  const shown = await presentSamples(tx, caller, now, runs);
  return structuredClone(shown) as unknown as z.input<typeof disposalRun>[];
}

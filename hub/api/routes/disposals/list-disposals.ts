import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { listCertificates as queryCertificates } from '../../../../recorder-core/records/disposals.ts';
import { listRuns, readRun, type DisposalRun } from '../../../../recorder-core/records/disposal-runs.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { certificateSummary, disposalRun } from '../../schemas/disposal.ts';
import { id } from '../../schemas/primitives.ts';

export const listDisposalRuns = defineEndpoint({
  method: 'get',
  path: '/disposals/runs',
  summary: 'The newest 200 runs of disposals: what each found, whether it may go, and who was asked.',
  act: 'disposal.read',
  response: z.object({ items: z.array(disposalRun) }),
  async handle({ tx }) {
    return { items: (await listRuns(tx)).map(present) };
  },
});

export const readDisposalRun = defineEndpoint({
  method: 'get',
  path: '/disposals/runs/:id',
  summary: 'One run of disposals.',
  act: 'disposal.read',
  params: z.object({ id }),
  response: disposalRun,
  async handle({ params, tx }) {
    const run = await readRun(tx, params.id);
    if (run !== undefined) return present(run);
    throw new HoldfastError('not_found', 'There is no run of disposals with this id in your tenant.');
  },
});

export const listCertificates = defineEndpoint({
  method: 'get',
  path: '/disposals/certificates',
  summary: 'The newest 200 certificates of disposals.',
  act: 'disposal.read',
  response: z.object({ items: z.array(certificateSummary) }),
  async handle({ tx }) {
    return { items: await queryCertificates(tx) };
  },
});

function present(run: DisposalRun): z.input<typeof disposalRun> {
  return structuredClone(run) as unknown as z.input<typeof disposalRun>;
}

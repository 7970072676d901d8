import type { RequestHandler } from 'express';
import { z } from 'zod';
import { importCallRecords } from '../../../call-records/import-call-records.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';

const params = z.object({ name: z.string().max(63) });

/**
 * POST /call-records/sources/:name/import: the export as it is, `text/csv`, taken in line by line as it comes; of whatever
 * length. Answers what was counted. The same file again changes nothing.
 */
export function uploadCallRecords(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    await requireAct(identity, 'report.make', services, now);
    const asked = params.safeParse(request.params);
    if (!asked.success) throw invalidInput('params', asked.error);
    const { tenantId, user } = identity;
    const order = { tenantId, source: asked.data.name, origin: 'api' as const, person: user };
    response.status(200).json(await importCallRecords(services, order, request as AsyncIterable<Buffer>));
  };
}

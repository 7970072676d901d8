import type { RequestHandler } from 'express';
import { z } from 'zod';
import { readRequestReceipts } from '../../../../recorder-core/records/request-receipts.ts';
import { requireRequest } from '../../../requests/note-request.ts';
import { letterPdf } from '../../../requests/letter.ts';
import { noteInspection } from '../../audit-access.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { id } from '../../schemas/primitives.ts';
import type { Services } from '../../services.ts';

const params = z.object({ id });

/** GET /requests/:id/letter: the answer as pages for the person; `conflict` while there is none. */
export function serveLetter(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const asked = params.safeParse(request.params);
    const object = asked.success ? { type: 'request', id: asked.data.id } : undefined;
    const permission = await requireAct(caller, 'request.read', services, now, object);
    if (!asked.success) throw invalidInput('params', asked.error);
    const found = { type: 'request', id: asked.data.id };
    await noteInspection(services, caller, { act: 'request.read', ...permission, object: found }, now);
    const { answered, receipts } = await services.db.forTenant(caller.tenantId, async (tx) => ({
      answered: await requireRequest(tx, found.id),
      receipts: await readRequestReceipts(tx, found.id),
    }));
    const bytes = await letterPdf(answered, receipts, now);
    response.set({
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="holdfast-answer-${found.id}.pdf"`,
    });
    response.end(bytes);
  };
}

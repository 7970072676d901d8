import { raw, Router, type Request } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { receiveEvent } from '../../../webhooks/receive-event.ts';
import { id } from '../../schemas/primitives.ts';
import type { Services } from '../../services.ts';

/**
 * Where other systems send events: `POST /events/<tenant>/<connection>`. No session and no cookie: each message carries its
 * signature. The body is read as bytes, because they are what is signed.
 */
export function eventRoutes(services: Services): Router {
  const router = Router();
  router.post(
    '/events/:tenantId/:connectionId',
    raw({ type: () => true, limit: '1mb', inflate: false }),
    async (request, response) => {
      const now = services.now();
      const { db, keys, newId, refusals } = services;
      const kept = await receiveEvent(
        { db, keys, newId, allowRefusal: (key, at) => refusals.allow(key, at) },
        addressOf(request),
        (name) => request.get(name),
        bodyOf(request),
        now,
      );
      response.status(202).set('Cache-Control', 'no-store').json(kept);
    },
  );
  return router;
}

function addressOf({ params }: Request): { readonly tenantId: string; readonly connectionId: string } {
  const tenantId = id.safeParse(params['tenantId']);
  const connectionId = id.safeParse(params['connectionId']);
  if (tenantId.success && connectionId.success)
    return { tenantId: tenantId.data, connectionId: connectionId.data };
  throw new HoldfastError('not_found', 'No connection takes events at this address. Nothing was done.');
}

/** Without a body there is nothing to parse, and the parser leaves an empty object. */
function bodyOf({ body }: Request): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

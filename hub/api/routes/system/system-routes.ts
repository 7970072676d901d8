import { setTimeout as wait } from 'node:timers/promises';
import { Router, type Request } from 'express';
import { actsOf } from '../../../access/acts-of.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';
import { isOnThisMachine } from './is-on-this-machine.ts';

/** A probe waits no longer for us to find out who asks; then it is nobody. */
const IDENTITY_LIMIT_MS = 2_000;

/**
 * Health, readiness and metrics. Whether the hub lives and is ready is for every
 * probe; what the house looks like inside is for the machine itself and for
 * people who may see it.
 */
export function systemRoutes(services: Services): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ alive: true });
  });
  router.get('/readyz', async (request, response) => {
    const [report, shown] = await Promise.all([services.readiness(), maySeeDetails(request, services)]);
    response
      .status(report.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(shown ? report : { ready: report.ready, checks: [] });
  });
  router.get('/metrics', async (request, response) => {
    if (!isOnThisMachine(request, services)) {
      const now = services.now();
      await requireAct(await requireIdentity(request, services, now), 'system.read', services, now);
    }
    response.type(services.metrics.registry.contentType).send(await services.metrics.registry.metrics());
  });
  return router;
}

async function askForDetails(request: Request, services: Services): Promise<boolean> {
  const now = services.now();
  const caller = await requireIdentity(request, services, now);
  const acts = await services.db.forTenant(caller.tenantId, (tx) => actsOf(tx, caller, now));
  return acts.includes('system.read');
}

/** Never throws: a probe gets its answer also while the database that knows the sessions is away. */
async function maySeeDetails(request: Request, services: Services): Promise<boolean> {
  if (isOnThisMachine(request, services)) return true;
  const asked = askForDetails(request, services).catch(() => false);
  return Promise.race([asked, wait(IDENTITY_LIMIT_MS, false, { ref: false })]);
}

import { Router, type CookieOptions } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { ACTS, decideAccess } from '../../../../recorder-core/policy/access.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import { closeSession, openSession, type Identity } from '../../../identity/sessions.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole, requireIdentity, SESSION_COOKIE } from '../../require-identity.ts';
import { signIn, type Session } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';

/** Sign-in, who am I, sign-out: the routes that make and end the identity the others ask for. */
export function sessionRoutes(services: Services): Router {
  const router = Router();
  const cookieOptions: CookieOptions = {
    httpOnly: true,
    sameSite: 'strict',
    secure: services.secureCookies,
    path: '/',
  };
  router.post('/session', async (request, response) => {
    requireConsole(request);
    const body = signIn.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const { cookie, identity } = await openSession(services.db, body.data.token, services.now());
    response.cookie(SESSION_COOKIE, cookie, { ...cookieOptions, expires: new Date(identity.expiresAt) });
    response.json(await describe(services, identity));
  });
  router.get('/session', async (request, response) => {
    response.json(await describe(services, await requireIdentity(request, services, services.now())));
  });
  router.delete('/session', async (request, response) => {
    const now = services.now();
    await closeSession(services.db, await requireIdentity(request, services, now), now);
    response.clearCookie(SESSION_COOKIE, cookieOptions).status(204).end();
  });
  return router;
}

async function describe(services: Services, { tenantId, user, expiresAt }: Identity): Promise<Session> {
  const tenant = await services.db.forTenant(tenantId, readTenant);
  if (tenant === undefined)
    throw new HoldfastError('unauthenticated', 'Your tenant does not exist any more.');
  return {
    user: { id: user.id, name: user.name, role: user.role },
    tenant: { id: tenant.tenantId, name: tenant.name, region: tenant.region },
    acts: ACTS.filter((act) => decideAccess({ role: user.role, act }).allowed),
    expiresAt,
  };
}

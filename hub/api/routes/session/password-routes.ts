import { Router } from 'express';
import { setPassword } from '../../../identity/local/set-password.ts';
import { signInWithPassword } from '../../../identity/local/sign-in-with-password.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole } from '../../require-console.ts';
import { requireIdentity } from '../../require-identity.ts';
import { ownPassword, passwordSignIn } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';
import { setSessionCookie } from '../../session-cookie.ts';
import { signInPlace } from '../../sign-in-place.ts';
import { describeSession } from './describe-session.ts';
import { noteFailedSignIn } from './note-failed-sign-in.ts';

/** Signing in with a password that is kept here, and setting one's own. */
export function passwordRoutes(services: Services): Router {
  const router = Router();
  router.post('/session/password', async (request, response) => {
    requireConsole(request, services);
    const body = passwordSignIn.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const now = services.now();
    const { name, password, code, tenant: tenantId = services.homeTenant } = body.data;
    const { cookie, identity } = await signInWithPassword(services, {
      tenantId,
      name,
      password,
      code,
      address: request.ip ?? '',
      place: signInPlace(request, services),
      now,
    }).catch(async (error: unknown) => {
      await noteFailedSignIn(services, tenantId, 'password', now);
      throw error;
    });
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    response.json(await describeSession(services, identity));
  });
  router.post('/session/own-password', async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    const body = ownPassword.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const cookie = await setPassword(services.db, identity, body.data, { now, cost: services.passwordCost });
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    response.json(await describeSession(services, identity));
  });
  return router;
}

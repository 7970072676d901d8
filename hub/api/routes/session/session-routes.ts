import { Router } from 'express';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { parseToken } from '../../../identity/bearer-token.ts';
import { closeSession, openSession } from '../../../identity/sessions.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole } from '../../require-console.ts';
import { requireIdentity } from '../../require-identity.ts';
import { signIn } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';
import { clearSessionCookie, setSessionCookie } from '../../session-cookie.ts';
import { signInPlace } from '../../sign-in-place.ts';
import { describeSession } from './describe-session.ts';
import { noteFailedSignIn } from './note-failed-sign-in.ts';

/** Sign-in, who am I, sign-out: the routes that make and end the identity the others ask for. */
export function sessionRoutes(services: Services): Router {
  const router = Router();
  router.post('/session', async (request, response) => {
    requireConsole(request, services);
    const body = signIn.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const now = services.now();
    const { cookie, identity } = await openSession(
      services.db,
      body.data.token,
      now,
      signInPlace(request, services),
    ).catch(async (error: unknown) => {
      const tenantId = tenantOf(body.data.token);
      if (tenantId !== undefined) await noteFailedSignIn(services, tenantId, 'link', now);
      throw error;
    });
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    response.json(await describeSession(services, identity));
  });
  router.get('/session', async (request, response) => {
    response.json(await describeSession(services, await requireIdentity(request, services, services.now())));
  });
  router.delete('/session', async (request, response) => {
    const now = services.now();
    await closeSession(services.db, await requireIdentity(request, services, now), now);
    clearSessionCookie(response, services);
    response.status(204).end();
  });
  return router;
}

/** The tenant that a link names; a text that names none is nobody's event. */
function tenantOf(token: string): string | undefined {
  try {
    return parseToken(token).tenantId;
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}

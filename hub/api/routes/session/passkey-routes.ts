import { Router } from 'express';
import {
  beginPasskeySignIn,
  finishPasskeySignIn,
  tenantOfAnswer,
} from '../../../identity/authenticators/sign-in-passkey.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole } from '../../require-console.ts';
import { passkeySignIn } from '../../schemas/authenticator.ts';
import type { Services } from '../../services.ts';
import { setSessionCookie } from '../../session-cookie.ts';
import { signInPlace } from '../../sign-in-place.ts';
import { describeSession } from './describe-session.ts';
import { noteFailedSignIn } from './note-failed-sign-in.ts';

/** Signing in with a passkey. */
export function passkeyRoutes(services: Services): Router {
  const router = Router();
  router.post('/session/passkey/begin', async (request, response) => {
    requireConsole(request, services);
    response.json(await beginPasskeySignIn(services, services.now()));
  });
  router.post('/session/passkey/finish', async (request, response) => {
    requireConsole(request, services);
    const body = passkeySignIn.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const now = services.now();
    const answer = body.data.response;
    const { cookie, identity } = await finishPasskeySignIn(
      services,
      answer,
      signInPlace(request, services),
      now,
    ).catch(async (error: unknown) => {
      const tenantId = tenantOfAnswer(answer);
      if (tenantId !== undefined) await noteFailedSignIn(services, tenantId, 'passkey', now);
      throw error;
    });
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    response.json(await describeSession(services, identity));
  });
  return router;
}

import type { Request, Response } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { stepUpSession } from '../../../../recorder-core/records/provider-sessions.ts';
import {
  completeSignIn,
  completeTest,
  requireFreshPerson,
} from '../../../identity/providers/complete-sign-in.ts';
import type { FinishedAttempt } from '../../../identity/providers/finish-attempt.ts';
import { setSessionCookie } from '../../session-cookie.ts';
import type { Services } from '../../services.ts';
import { signInPlace } from '../../sign-in-place.ts';
import { signInOf } from './sign-in-of.ts';

/** What becomes of somebody who came back, by what they were sent for; then the screen that they came from. */
export async function endStep(
  request: Request,
  response: Response,
  services: Services,
  finished: FinishedAttempt,
): Promise<void> {
  const context = { now: services.now(), newId: services.newId };
  const { attempt, provider, proven } = finished;
  if (attempt?.purpose === 'test') {
    await completeTest(signInOf(services), context, finished);
    response.redirect(303, `/identity-providers/${provider.row.id}?tested=1`);
    return;
  }
  if (attempt?.purpose === 'step-up') {
    const { sessionId, userId } = attempt;
    await services.db.forTenant(provider.tenantId, async (tx) => {
      const at = await requireFreshPerson(tx, provider, attempt, proven);
      const marked = await stepUpSession(tx, { sessionId, userId, at, acr: proven.acr, amr: proven.amr });
      if (!marked)
        throw new HoldfastError('unauthenticated', 'Your session has ended meanwhile. Sign in again.');
    });
    response.redirect(303, attempt.returnTo);
    return;
  }
  const begun = await completeSignIn(signInOf(services), context, finished, signInPlace(request, services));
  setSessionCookie(response, services, {
    cookie: begun.cookie,
    expiresAt: begun.identity.expiresAt,
  });
  response.redirect(303, attempt?.returnTo ?? '/');
}

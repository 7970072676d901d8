import type { Request, Response } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readSessionById } from '../../../../recorder-core/records/sessions.ts';
import type { SignInAttempt } from '../../../../recorder-core/records/sign-in-attempts.ts';
import {
  completeSignIn,
  completeTest,
  requireFreshPerson,
} from '../../../identity/providers/complete-sign-in.ts';
import type { FinishedAttempt } from '../../../identity/providers/finish-attempt.ts';
import { stepUpSession } from '../../../identity/renew-session.ts';
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
  const { attempt, provider } = finished;
  if (attempt?.purpose === 'test') {
    await completeTest(signInOf(services), context, finished);
    response.redirect(303, `/identity-providers/${provider.row.id}?tested=1`);
    return;
  }
  if (attempt?.purpose === 'step-up') {
    setSessionCookie(response, services, await stepUp(services, attempt, finished, context.now));
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

/** Notes the proof at the session that asked for it; the session has another secret from then on. */
async function stepUp(
  { db }: Services,
  attempt: SignInAttempt,
  { provider, proven }: FinishedAttempt,
  now: Date,
): Promise<{ readonly cookie: string; readonly expiresAt: string }> {
  const { tenantId } = provider;
  return db.forTenant(tenantId, async (tx) => {
    const { acr, amr } = await requireFreshPerson(tx, provider, attempt, proven, now);
    const session = await readSessionById(tx, attempt.sessionId ?? '', now.toISOString());
    if (session === undefined || session.user.id !== attempt.userId)
      throw new HoldfastError('unauthenticated', 'Your session has ended meanwhile. Sign in again.');
    const cookie = await stepUpSession(tx, { tenantId, sessionId: session.sessionId }, { now, acr, amr });
    await appendLeaf(
      tx,
      tenantId,
      {
        at: now,
        act: 'access.granted',
        object: { type: 'user', id: session.user.id },
        outcome: 'done',
        rules: ['step-up/provider'],
        facts: { act: 'session.step-up', session: session.sessionId, provider: provider.row.id },
      },
      actedBy(session.user),
    );
    return { cookie, expiresAt: session.expiresAt };
  });
}

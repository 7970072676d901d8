import type { RequestHandler } from 'express';
import { finishProof } from '../../../identity/authenticators/prove-presence.ts';
import { presenceAskingOf } from '../../presence-asking-of.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { stepUpProof } from '../../schemas/authenticator.ts';
import type { Services } from '../../services.ts';
import { setSessionCookie } from '../../session-cookie.ts';
import { describeStepUp } from './step-up.ts';

/**
 * POST /step-up/finish: the proof. A good one counts for this session for five minutes, and the session gets another secret,
 * which is why this is no endpoint like the others: it sets a cookie.
 */
export function finishStepUp(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    await requireAct(identity, undefined, services, now); // a machine has no presence to prove
    const proof = stepUpProof.safeParse(request.body);
    if (!proof.success) throw invalidInput('body', proof.error);
    const cookie = await finishProof(presenceAskingOf({ identity, services, now }), proof.data);
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    const proven = { ...identity, steppedUpAt: now.toISOString() };
    response.json(
      await services.db.forTenant(identity.tenantId, (tx) => describeStepUp(tx, proven, services, now)),
    );
  };
}

import { z } from 'zod';
import { STEP_UP_SECONDS } from '../../../../recorder-core/policy/step-up.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { countRecoveryCodes } from '../../../../recorder-core/records/recovery-codes.ts';
import { beginProof } from '../../../identity/authenticators/prove-presence.ts';
import type { Identity } from '../../../identity/sessions.ts';
import { isFresh } from '../../../identity/step-up.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { presenceAskingOf } from '../../presence-asking-of.ts';
import { passkeyQuestion, stepUpState, type StepUpState } from '../../schemas/authenticator.ts';
import type { Services } from '../../services.ts';
import { countAuthenticators, passkeysAt } from '../authenticators/authenticators.ts';

/** Where a person stands with their proof of presence, and what begins a new one; `finish-step-up.ts` ends it. */
export const stepUp = [
  defineEndpoint({
    method: 'get',
    path: '/step-up',
    summary: 'When you last proved your presence in this session, and with what you can.',
    act: undefined,
    response: stepUpState,
    handle: ({ tx, identity, services, now }) => describeStepUp(tx, identity, services, now),
  }),
  defineEndpoint({
    method: 'post',
    path: '/step-up/begin',
    summary: 'Asks for one of your passkeys; the answer is for navigator.credentials.get.',
    act: undefined,
    secret: true,
    body: z.strictObject({}),
    response: passkeyQuestion,
    handle: (call) => beginProof(call.tx, presenceAskingOf(call)),
  }),
];

/** The state as the API tells it. */
export async function describeStepUp(
  tx: Tx,
  identity: Identity,
  services: Services,
  now: Date,
): Promise<StepUpState> {
  const { steppedUpAt, user, providerId } = identity;
  return {
    provenAt: steppedUpAt,
    freshUntil:
      steppedUpAt !== null && isFresh(identity, now, STEP_UP_SECONDS)
        ? new Date(Date.parse(steppedUpAt) + STEP_UP_SECONDS * 1000).toISOString()
        : null,
    ...(await countAuthenticators(tx, user.id)),
    recoveryCodes: await countRecoveryCodes(tx, user.id),
    passkeysAt: passkeysAt(services),
    providerId,
  };
}

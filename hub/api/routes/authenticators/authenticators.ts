import { z } from 'zod';
import { listAuthenticators } from '../../../../recorder-core/records/authenticators.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { countRecoveryCodes } from '../../../../recorder-core/records/recovery-codes.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import {
  beginPasskey,
  beginTotp,
  finishPasskey,
  finishTotp,
} from '../../../identity/authenticators/add-authenticator.ts';
import {
  makeRecoveryCodes,
  removeOwn,
  resetAuthenticators,
} from '../../../identity/authenticators/remove-authenticators.ts';
import { defineEndpoint, type EndpointCall } from '../../endpoint.ts';
import { presenceAskingOf } from '../../presence-asking-of.ts';
import {
  addPasskey,
  addTotp,
  authenticatorList,
  passkeyQuestion,
  recoveryCodes,
  resetAnswer,
  resetAuthenticators as resetBody,
  totpQuestion,
  type AuthenticatorList,
} from '../../schemas/authenticator.ts';
import { id } from '../../schemas/primitives.ts';

type Call = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now' | 'tx'>;

const params = z.object({ id });

const own = [
  defineEndpoint({
    method: 'get',
    path: '/authenticators',
    summary: 'What you can prove your presence with.',
    act: undefined,
    response: authenticatorList,
    handle: listOwn,
  }),
  defineEndpoint({
    method: 'post',
    path: '/authenticators/passkey/begin',
    summary: 'Begins to add a passkey; the answer is for navigator.credentials.create.',
    act: undefined,
    secret: true,
    body: z.strictObject({}),
    response: passkeyQuestion,
    handle: async (call) => beginPasskey(call.tx, presenceAskingOf(call)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/authenticators/passkey/finish',
    summary: 'Adds the passkey that answered.',
    act: undefined,
    body: addPasskey,
    response: authenticatorList,
    async handle(call) {
      await finishPasskey(call.tx, presenceAskingOf(call), call.body);
      return listOwn(call);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/authenticators/totp/begin',
    summary: 'Begins to add an authenticator that shows codes; its secret is shown once.',
    act: undefined,
    secret: true,
    body: z.strictObject({}),
    response: totpQuestion,
    async handle(call) {
      const tenant = await readTenant(call.tx);
      return beginTotp(call.tx, presenceAskingOf(call), tenant?.name ?? '');
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/authenticators/totp/finish',
    summary: 'Adds the authenticator, once it has shown a right code.',
    act: undefined,
    body: addTotp,
    response: authenticatorList,
    async handle(call) {
      await finishTotp(call.tx, presenceAskingOf(call), call.body);
      return listOwn(call);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/authenticators/recovery-codes',
    summary: 'Makes new recovery codes in the place of those before; they are shown once.',
    act: undefined,
    secret: true,
    body: z.strictObject({}),
    response: recoveryCodes,
    handle: async (call) => ({ codes: await makeRecoveryCodes(call.tx, presenceAskingOf(call)) }),
  }),
  defineEndpoint({
    method: 'delete',
    path: '/authenticators/:id',
    summary: 'Removes one of your authenticators.',
    act: undefined,
    params,
    response: authenticatorList,
    async handle(call) {
      await removeOwn(call.tx, presenceAskingOf(call), call.params.id);
      return listOwn(call);
    },
  }),
];

const ofOthers = [
  defineEndpoint({
    method: 'post',
    path: '/people/:id/authenticators/reset',
    summary:
      'Takes all authenticators and recovery codes from somebody who lost them; they add new ones after a sign-in.',
    act: 'authenticator.reset',
    params,
    accesses: ({ id: personId }) => ({ type: 'user', id: personId }),
    body: resetBody,
    response: resetAnswer,
    handle: async (call) => ({
      removed: await resetAuthenticators(call.tx, presenceAskingOf(call), call.params.id, call.body.reason),
    }),
  }),
];

/** A person's own proofs of presence, and what administrators do where somebody lost them. */
export const authenticators = [...own, ...ofOthers];

async function listOwn({ tx, identity, services }: Call): Promise<AuthenticatorList> {
  return {
    items: await listAuthenticators(tx, identity.user.id),
    recoveryCodes: await countRecoveryCodes(tx, identity.user.id),
    passkeysAt: passkeysAt(services),
  };
}

/** Origin of the pages on which passkeys work. */
export function passkeysAt({ proofs }: Pick<Call['services'], 'proofs'>): string | null {
  return proofs.relyingParty?.origins[0] ?? null;
}

/** How many passkeys, and how many authenticators that show codes, somebody has. */
export async function countAuthenticators(
  tx: Tx,
  userId: string,
): Promise<{ readonly passkeys: number; readonly totp: number }> {
  const kinds = (await listAuthenticators(tx, userId)).map(({ kind }) => kind);
  return {
    passkeys: kinds.filter((kind) => kind === 'passkey').length,
    totp: kinds.filter((kind) => kind === 'totp').length,
  };
}

import { z } from 'zod';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { listLocalAccounts, readLocalSignIn } from '../../../../recorder-core/records/local-accounts.ts';
import { markBreakGlass, switchLocalSignIn } from '../../../identity/local/manage-local-accounts.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  breakGlassBody,
  localAccountList,
  switchLocalSignInBody,
  type LocalAccountList,
} from '../../schemas/local-account.ts';
import { id } from '../../schemas/primitives.ts';

/** Who may sign in with a password kept here, and whether anybody may. */
export const localAccounts: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/local-accounts',
    summary: 'Lists people with a password kept here, and whether such passwords count.',
    act: 'user.manage',
    response: localAccountList,
    handle: ({ tx }) => present(tx),
  }),
  defineEndpoint({
    method: 'post',
    path: '/local-sign-in',
    summary:
      'Switches signing in with passwords off, once an identity provider works, or on again; or asks a second factor beside them.',
    act: 'user.manage',
    body: switchLocalSignInBody,
    response: localAccountList,
    async handle({ body, tx, ...calling }) {
      await switchLocalSignIn(tx, askingOf(calling), body);
      return present(tx);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/local-accounts/:id/break-glass',
    summary: 'Makes the account of a person one for emergencies, or an ordinary one again.',
    act: 'user.manage',
    params: z.object({ id }),
    body: breakGlassBody,
    response: localAccountList,
    async handle({ params, body, tx, ...calling }) {
      await markBreakGlass(tx, askingOf(calling), params.id, body);
      return present(tx);
    },
  }),
];

async function present(tx: Tx): Promise<LocalAccountList> {
  const items = (await listLocalAccounts(tx)).map((account) => ({
    ...account,
    passwordSetAt: account.passwordSetAt?.toISOString() ?? null,
    lastUsedAt: account.lastUsedAt?.toISOString() ?? null,
  }));
  return { ...(await readLocalSignIn(tx)), items };
}

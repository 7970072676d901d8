import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { SCOPES } from '../../../../recorder-core/policy/service-scope.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { listServiceAccounts } from '../../../../recorder-core/records/service-accounts.ts';
import {
  listServiceCredentials,
  type ServiceCredential as CredentialRow,
} from '../../../../recorder-core/records/service-credentials.ts';
import {
  addServiceAccount,
  endService,
  issueToken,
  registerCertificate,
  revokeCredential,
} from '../../../identity/service-accounts.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import {
  addServiceAccountBody,
  endServiceBody,
  issuedToken,
  issueTokenBody,
  registerCertificateBody,
  registeredCertificate,
  serviceAccount,
  serviceAccountList,
  type ServiceAccount,
  type ServiceCredential,
} from '../../schemas/service-account.ts';

/** Accounts of machines, and the tokens and certificates that they prove themselves by. */
export const serviceAccounts: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/service-accounts',
    summary: 'Lists accounts of machines with their tokens and certificates, never a secret.',
    act: 'service.read',
    response: serviceAccountList,
    handle: async ({ tx }) => ({ items: await present(tx), scopes: [...SCOPES] }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/service-accounts',
    summary: 'Adds an account of a machine, which whoever adds it looks after.',
    act: 'service.manage',
    body: addServiceAccountBody,
    response: serviceAccount,
    status: 201,
    async handle({ body, tx, ...calling }) {
      return presentOne(tx, await addServiceAccount(tx, askingOf(calling), body));
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/service-accounts/:id/end',
    summary: 'Ends an account; none of its tokens and certificates counts any more.',
    act: 'service.manage',
    params: z.object({ id }),
    body: endServiceBody,
    response: serviceAccount,
    async handle({ params, body, tx, ...calling }) {
      await endService(tx, askingOf(calling), params.id, body.reason);
      return presentOne(tx, params.id);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/service-accounts/:id/tokens',
    summary: 'Makes a token of an account; the answer is the only time that its text is shown.',
    act: 'service.manage',
    params: z.object({ id }),
    body: issueTokenBody,
    response: issuedToken,
    status: 201,
    secret: true,
    handle: ({ params, body, tx, ...calling }) =>
      issueToken(tx, askingOf(calling), { ...body, accountId: params.id }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/service-accounts/:id/certificates',
    summary:
      'Lets an account prove itself by a client certificate on connections that the hub itself encrypts.',
    act: 'service.manage',
    params: z.object({ id }),
    body: registerCertificateBody,
    response: registeredCertificate,
    status: 201,
    handle: ({ params, body: { certificate, ...body }, tx, ...calling }) =>
      registerCertificate(tx, askingOf(calling), { ...body, pem: certificate, accountId: params.id }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/service-credentials/:id/revoke',
    summary: 'Ends a token or certificate at once.',
    act: 'service.manage',
    params: z.object({ id }),
    body: endServiceBody,
    response: serviceAccountList,
    async handle({ params, body, tx, ...calling }) {
      await revokeCredential(tx, askingOf(calling), params.id, body.reason);
      return { items: await present(tx), scopes: [...SCOPES] };
    },
  }),
];

async function present(tx: Tx): Promise<ServiceAccount[]> {
  const credentials = Map.groupBy(await listServiceCredentials(tx), ({ accountId }) => accountId);
  return (await listServiceAccounts(tx)).map(({ createdAt, endedAt, ...account }) => ({
    ...account,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    credentials: (credentials.get(account.id) ?? []).map(presentCredential),
  }));
}

async function presentOne(tx: Tx, accountId: string): Promise<ServiceAccount> {
  const found = (await present(tx)).find((account) => account.id === accountId);
  if (found === undefined) throw new HoldfastError('not_found', 'There is no service account of this id.');
  return found;
}

function presentCredential(row: CredentialRow): ServiceCredential {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    fingerprint: row.kind === 'certificate' ? row.digest.toString('hex') : null,
    scope: [...row.scope],
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

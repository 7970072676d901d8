import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { listProviders, readProvider } from '../../../../recorder-core/records/identity-providers.ts';
import {
  addProvider,
  changeProvider,
  moveProvider,
  putProviderSecret,
  removeProvider,
} from '../../../identity/providers/manage-providers.ts';
import { readMetadata } from '../../../identity/providers/saml/read-metadata.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type EndpointCall } from '../../endpoint.ts';
import {
  changedProvider,
  newProvider,
  providerDetail,
  providerMetadata,
  providerMove,
  providerSecret,
  providerSummary,
  readProviderMetadata,
} from '../../schemas/identity-provider.ts';
import { id } from '../../schemas/primitives.ts';
import { presentProvider, presentProviderDetail } from './present-provider.ts';

const params = z.object({ id });

/** With whom people sign in: adding, trying, opening and closing identity providers. */
export const identityProviders = [
  defineEndpoint({
    method: 'get',
    path: '/identity-providers',
    summary: 'Lists the identity providers of the tenant, by name.',
    act: 'identity-provider.read',
    response: z.object({ items: z.array(providerSummary) }),
    handle: async ({ tx }) => ({ items: (await listProviders(tx)).map(presentProvider) }),
  }),
  defineEndpoint({
    method: 'post',
    path: '/identity-providers',
    summary: 'Adds a provider as a draft: nobody signs in with it until it was tested and opened.',
    act: 'identity-provider.manage',
    body: newProvider,
    response: z.object({ id }),
    status: 201,
    async handle({ body, tx, ...call }) {
      return { id: await addProvider(tx, askingOf(call), body.kind, body) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/identity-providers/read-metadata',
    summary: 'Reads the metadata of a SAML provider, so that a person can look at it; changes nothing.',
    act: 'identity-provider.manage',
    body: providerMetadata,
    response: readProviderMetadata,
    remote: true,
    handle: ({ body, services }) =>
      Promise.resolve(async () => {
        const bytes = 'url' in body ? await fetchMetadata(services, body.url) : Buffer.from(body.metadata);
        const { certificates, ...rest } = readMetadata(bytes);
        return { ...rest, certificates: [...certificates] };
      }),
  }),
  defineEndpoint({
    method: 'get',
    path: '/identity-providers/:id',
    summary: 'One provider, what its own side has to know of us, and what the newest test sign-in brought.',
    act: 'identity-provider.read',
    params,
    response: providerDetail,
    handle: ({ params: { id: wanted }, ...call }) => detail(call, wanted),
  }),
  defineEndpoint({
    method: 'post',
    path: '/identity-providers/:id',
    summary: 'Changes a provider from one version of it; what was tested has to be tested again.',
    act: 'identity-provider.manage',
    params,
    body: changedProvider,
    response: providerSummary,
    async handle({ params: { id: wanted }, body, tx, ...call }) {
      await changeProvider(tx, askingOf(call), wanted, body);
      return summary(tx, wanted);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/identity-providers/:id/secret',
    summary: 'Gives a provider its client secret, or the key of SAML; it is sealed and never shown.',
    act: 'identity-provider.manage',
    params,
    body: providerSecret,
    response: providerSummary,
    secret: true,
    async handle({ params: { id: wanted }, body, tx, ...call }) {
      await putProviderSecret(tx, askingOf(call), call.services.keys, wanted, body.secret);
      return summary(tx, wanted);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/identity-providers/:id/state',
    summary: 'Opens a tested provider to people, or closes it and ends the sessions that it began.',
    act: 'identity-provider.manage',
    params,
    body: providerMove,
    response: providerSummary,
    async handle({ params: { id: wanted }, body, tx, ...call }) {
      await moveProvider(tx, askingOf(call), wanted, body.state);
      return summary(tx, wanted);
    },
  }),
  defineEndpoint({
    method: 'delete',
    path: '/identity-providers/:id',
    summary: 'Removes a provider that is not live, and who it said its people were; the people stay.',
    act: 'identity-provider.manage',
    params,
    response: z.object({ removed: z.literal(true) }),
    async handle({ params: { id: wanted }, tx, ...call }) {
      await removeProvider(tx, askingOf(call), wanted);
      return { removed: true as const };
    },
  }),
];

type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'tx'>;

async function detail({ identity: { tenantId }, services, tx }: Calling, wanted: string) {
  const row = await readProvider(tx, wanted);
  if (row === undefined)
    throw new HoldfastError('not_found', 'There is no identity provider with this id in your tenant.');
  return () => presentProviderDetail(services, tenantId, row);
}

async function summary(tx: Calling['tx'], wanted: string) {
  const row = await readProvider(tx, wanted);
  if (row === undefined) throw new Error('The provider vanished inside its own transaction.');
  return presentProvider(row);
}

async function fetchMetadata({ providerNetwork }: Calling['services'], url: string): Promise<Buffer> {
  const answer = await providerNetwork.fetch(url, {
    method: 'GET',
    headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
    body: undefined,
    redirect: 'manual',
  });
  if (answer.status !== 200)
    throw new HoldfastError(
      'invalid_input',
      `This address answered with ${answer.status}, and no redirect is followed. Enter the address of the metadata itself.`,
      { field: '/body/url' },
    );
  return Buffer.from(await answer.arrayBuffer());
}

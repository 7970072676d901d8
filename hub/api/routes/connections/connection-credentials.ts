import { z } from 'zod';
import {
  finishAuthorization,
  startAuthorization,
  type AuthorizingDependencies,
} from '../../../connections/authorize-connection.ts';
import { rotateCredential } from '../../../connections/rotate-credential.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint, type EndpointCall } from '../../endpoint.ts';
import {
  authorizationReturn,
  authorizationStart,
  connectionDetail,
  newCredential,
} from '../../schemas/connection.ts';
import { id } from '../../schemas/primitives.ts';
import type { Services } from '../../services.ts';
import { presentDetail } from './present-connection.ts';

const rotate = defineEndpoint({
  method: 'post',
  path: '/connections/:id/credential/rotate',
  summary:
    'Tries a new credential by the checks of the connection; it takes the place of the old one if none fails.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: newCredential,
  response: connectionDetail,
  remote: true,
  handle: ({ params, body, tx: _tx, ...calling }) =>
    Promise.resolve(async () => {
      const { db, keys, connectorHost: host } = calling.services;
      const row = await rotateCredential({ db, keys, host }, askingOf(calling), params.id, body.credential);
      return presented(calling, row);
    }),
});

const authorize = defineEndpoint({
  method: 'post',
  path: '/connections/:id/authorize',
  summary: 'Answers where a person goes to consent for a connection.',
  act: 'connection.manage',
  params: z.object({ id }),
  response: authorizationStart,
  remote: true,
  handle: ({ params, tx: _tx, ...calling }) =>
    Promise.resolve(() =>
      startAuthorization(
        authorizing(calling.services),
        askingOf(calling),
        params.id,
        calling.identity.sessionDigest,
      ),
    ),
});

const authorized = defineEndpoint({
  method: 'post',
  path: '/connection-authorizations',
  summary:
    'Ends a consent with what the authorization server sent the person back with; in the same session, once.',
  act: 'connection.manage',
  body: authorizationReturn,
  response: connectionDetail,
  remote: true,
  handle: ({ body, tx: _tx, ...calling }) =>
    Promise.resolve(async () => {
      const { sessionDigest } = calling.identity;
      const row = await finishAuthorization(
        authorizing(calling.services),
        askingOf(calling),
        sessionDigest,
        body,
      );
      return presented(calling, row);
    }),
});

/** How a connection gets another credential while it works, and a person's consent. */
export const connectionCredentials: readonly Endpoint[] = [rotate, authorize, authorized];

type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>;

function presented(calling: Calling, row: Parameters<typeof presentDetail>[1]) {
  const { db } = calling.services;
  return db.forTenant(calling.identity.tenantId, (tx) => presentDetail(tx, row, calling));
}

function authorizing({ db, keys, connectorHost, exports }: Services): AuthorizingDependencies {
  return { db, keys, host: connectorHost, redirectUri: `${exports.publicUrl}/connections/authorized` };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { makeServiceToken } from '../../hub/identity/service-token.ts';
import { insertServiceAccount } from '../../recorder-core/records/service-accounts.ts';
import { insertServiceCredential } from '../../recorder-core/records/service-credentials.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import type { TestHub } from './test-hub.ts';

/** A directory that pushes people to a hub. */
export interface ScimClient {
  /** Id of its service account. */
  readonly clientId: string;
  readonly token: string;
  /** Sends a request below `/scim/v2`; answers status, headers and the body read as JSON. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ScimAnswer>;
}

/** What a SCIM server answered. */
export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into documents of any shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Makes a service account with a token of that scope, in the hub's tenant or another. */
export async function openScimClient(
  hub: TestHub,
  {
    tenantId = hub.database.tenantId,
    scope = ['scim'],
  }: { tenantId?: string; scope?: readonly string[] } = {},
): Promise<ScimClient> {
  const { text: token, digest } = makeServiceToken(tenantId, randomBytes);
  const now = hub.services.now();
  const clientId = randomUUID();
  await hub.database.db.forTenant(tenantId, async (tx) => {
    const owner = { id: randomUUID(), name: `Owner of ${clientId}`, role: 'auditor' };
    await insertUser(tx, tenantId, owner);
    await insertServiceAccount(tx, tenantId, {
      id: clientId,
      name: `Directory ${clientId}`,
      purpose: 'Pushes people.',
      ownerId: owner.id,
      createdBy: owner.id,
      createdAt: now.toISOString(),
    });
    await insertServiceCredential(tx, tenantId, {
      id: randomUUID(),
      accountId: clientId,
      kind: 'token',
      name: 'Test',
      digest,
      scope: [...scope],
      createdBy: owner.id,
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 86_400_000).toISOString(),
    });
  });
  return {
    clientId,
    token,
    async send(method, path, body, headers = {}) {
      const response = await fetch(`${hub.url}/scim/v2${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
}

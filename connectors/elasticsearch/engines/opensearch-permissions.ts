import type { Client } from '@opensearch-project/opensearch';
import { isRemoteFailure } from '../../kit/remote-error.ts';
import { NEEDED, type Privilege } from '../engine.ts';

/** Says of a request that the engine only tells whether it would do it. */
export const ASKS_ONLY = 'asks-only';

/** For each right a request that needs it, addressed to one index; no document has this id. */
const PROBES: Readonly<
  Record<Privilege, (index: string) => { method: string; path: string; body?: object }>
> = {
  manage: (index) => ({ method: 'PUT', path: `/${index}/_mapping`, body: { properties: {} } }),
  index: (index) => ({ method: 'PUT', path: `/${index}/_doc/holdfast-permission-check`, body: {} }),
  delete: (index) => ({ method: 'DELETE', path: `/${index}/_doc/holdfast-permission-check` }),
  read: (index) => ({ method: 'GET', path: `/${index}/_search` }),
};

/**
 * Which rights the credential lacks, told by OpenSearch without doing anything. An OpenSearch that does not know how to
 * answer that refuses the parameter before it looks at the request, so nothing happens there either: then undefined.
 */
export async function askPermissions(
  client: Client,
  names: readonly string[],
): Promise<readonly Privilege[] | undefined> {
  const missing: Privilege[] = [];
  for (const need of NEEDED)
    for (const name of names) {
      const allowed = await isAllowed(client, PROBES[need](name));
      if (allowed === undefined) return undefined;
      if (!allowed && !missing.includes(need)) missing.push(need);
    }
  return missing;
}

async function isAllowed(
  client: Client,
  probe: { readonly method: string; readonly path: string; readonly body?: object },
): Promise<boolean | undefined> {
  try {
    const { body } = await client.transport.request(
      { ...probe, querystring: { perform_permission_check: 'true' } },
      { context: ASKS_ONLY },
    );
    const { accessAllowed } = body as { accessAllowed?: unknown };
    return typeof accessAllowed === 'boolean' ? accessAllowed : undefined;
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.status === 400) return undefined;
    if (isRemoteFailure(error) && error.remoteError.class === 'permission') return false;
    throw error;
  }
}

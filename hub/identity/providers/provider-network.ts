import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { isRemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { createEgressAgents, type EgressAgents } from '../../connections/host/egress-agents.ts';
import { checkUrl, type EgressPolicy, type ResolveAll } from '../../connections/host/egress.ts';
import { exchange, ExchangeFailure } from '../../connections/host/exchange.ts';
import { createOidcClients, type OidcClients } from './oidc/oidc-clients.ts';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

/** How the hub reaches identity providers: under the operator's rules for egress, and following no redirect. */
export interface ProviderNetwork {
  readonly fetch: CustomFetch;
  readonly clients: OidcClients;
  close(): void;
}

/** Opens it; one for a process. */
export function openProviderNetwork(policy: EgressPolicy, resolve?: ResolveAll): ProviderNetwork {
  const agents = createEgressAgents(policy, resolve);
  const fetch: CustomFetch = (url, options) => guardedFetch(policy, agents, url, options);
  return { fetch, clients: createOidcClients(fetch), close: () => agents.close() };
}

/**
 * One exchange with a provider. Addresses in what a provider publishes come this way as well, so none of them leads into
 * the operator's own network unless the operator allows it.
 * @throws HoldfastError `forbidden` for an address that may not be reached, `unavailable` where there is no whole answer.
 */
async function guardedFetch(
  policy: EgressPolicy,
  agents: EgressAgents,
  address: string,
  { method, headers, body, signal }: CustomFetchOptions,
): Promise<Response> {
  try {
    const url = new URL(address);
    checkUrl(url, new Set([url.origin]), policy);
    const bytes =
      body === undefined || body === null ? undefined : Buffer.from(await new Response(body).arrayBuffer());
    const answer = await exchange({
      method,
      url,
      headers: { ...headers, ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }) },
      body: bytes,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MOST_BYTES,
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
      agent: agents.for(url),
    });
    const empty = [204, 205, 304].includes(answer.status);
    const copied = empty ? null : Buffer.from(answer.body);
    return new Response(copied, { status: answer.status, headers: answer.headers });
  } catch (error) {
    throw asProviderFault(error);
  }
}

function asProviderFault(error: unknown): HoldfastError {
  const refusal = error instanceof ExchangeFailure ? error.cause : error;
  if (isRemoteFailure(refusal))
    return new HoldfastError(
      'forbidden',
      `${refusal.remoteError.title} This is an address of an identity provider; correct it, or ask the operator.`,
      { detail: 'sign-in/egress', cause: error },
    );
  return new HoldfastError(
    'unavailable',
    'The identity provider does not answer. Nobody was signed in; try again in a moment.',
    { cause: error, retryAfterMs: 5_000 },
  );
}

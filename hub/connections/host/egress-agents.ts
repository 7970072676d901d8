import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { guardedLookup, type EgressPolicy, type ResolveAll } from './egress.ts';

/** Kept-alive sockets, each of which was checked against the egress policy when it connected. */
export interface EgressAgents {
  for(url: URL): HttpAgent;
  /** Closes the idle sockets. */
  close(): void;
}

/**
 * One pair of agents for a whole process: the policy is the operator's, so all connections share it, but for those that show
 * a certificate of their own.
 */
export function createEgressAgents(
  policy: EgressPolicy,
  resolve?: ResolveAll,
  client?: { readonly cert: string; readonly key: string },
): EgressAgents {
  const common = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4, timeout: 60_000 };
  const http = new HttpAgent({ ...common, lookup: guardedLookup(false, policy, resolve) });
  const https = new HttpsAgent({ ...common, ...client, lookup: guardedLookup(true, policy, resolve) });
  return {
    for: (url) => (url.protocol === 'https:' ? https : http),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

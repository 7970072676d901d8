import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorLog } from '../../../connectors/kit/context.ts';
import type { Http } from '../../../connectors/kit/http.ts';
import type { Authentication } from './authenticate.ts';
import type { WorkLane } from './connection-budget.ts';
import { createConnectionHttp } from './connection-http.ts';
import type { ConnectorHostOptions, OpenConnection } from './connector-host.ts';
import { createEgressAgents, type EgressAgents } from './egress-agents.ts';
import type { ConnectionMemory, HostParts } from './make-context.ts';
import { tokenGrant } from './token-grant.ts';
import { createTokenSource, markOf, type TokenSource } from './token-source.ts';
import { createMemoryTokenStore } from './token-store.ts';

/** One connection and one piece of work, as its transport needs to know them. */
export interface TransportOf {
  readonly connector: Connector;
  readonly connection: OpenConnection;
  readonly authentication: Authentication;
  readonly config: unknown;
  readonly origins: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly lane: WorkLane;
  readonly trial: boolean;
  readonly log: ConnectorLog;
}

/** The network of one piece of work. */
export function makeTransport(parts: HostParts, memory: ConnectionMemory, about: TransportOf): Http {
  const { options } = parts;
  const { connector, connection, authentication, origins, signal, dryRun, lane, trial, log } = about;
  const agents = agentsFor(parts, authentication, signal);
  return createConnectionHttp({
    connectorId: connector.manifest.id,
    connectionId: connection.id,
    origins,
    egress: options.egress,
    agents,
    authHeaders: authentication.headers,
    sign: authentication.sign,
    token: trial
      ? tokenSourceOf(
          { ...parts, agents, tokens: createMemoryTokenStore() },
          { ...memory, sources: new Map() },
          about,
        )
      : tokenSourceOf({ ...parts, agents }, memory, about),
    budget: memory.budget,
    lane,
    quota: connector.manifest.rate.quota,
    onLost: () => log('warn', 'what an answer said of limits could not be kept for other workers'),
    now: options.clock.now,
    signal,
    dryRun,
    ...limitsOf(options),
  });
}

function limitsOf({ timeoutMs, maxResponseBytes }: ConnectorHostOptions) {
  return { timeoutMs: timeoutMs ?? 30_000, maxResponseBytes: maxResponseBytes ?? 8 * 1024 * 1024 };
}

/** A client certificate needs sockets of its own, which end with the work; all else shares those of the process. */
function agentsFor(
  { agents, options }: HostParts,
  { credential }: Authentication,
  signal: AbortSignal,
): EgressAgents {
  if (credential.type !== 'mtls') return agents;
  const { certificate, privateKey } = credential;
  const own = createEgressAgents(options.egress, options.resolve, { cert: certificate, key: privateKey });
  signal.addEventListener('abort', () => own.close(), { once: true });
  return own;
}

/** Sources of older credentials of the connection, whose work may go on for a while. */
const MOST_SOURCES = 4;

/** The one source of this process for the connection and credential; undefined for a credential that gives no tokens. */
function tokenSourceOf(
  { options, agents, tokens }: HostParts,
  { sources, secrets }: ConnectionMemory,
  { connector, connection, authentication, config, origins }: TransportOf,
): TokenSource | undefined {
  const { method, credential } = authentication;
  const grant = tokenGrant(method, credential, config);
  if (grant === undefined) return undefined;
  const mark = markOf(credential, grant);
  const source =
    sources.get(mark) ??
    createTokenSource({
      of: { tenantId: connection.tenantId, connectionId: connection.id },
      credential,
      grant,
      way: { origins, egress: options.egress, agents, now: options.clock.now },
      store: tokens,
      onSecret: (secret) => secrets.add(secret),
      onAsked: (outcome) => options.onTokenAsked?.(connector.manifest.id, outcome),
    });
  sources.delete(mark);
  sources.set(mark, source);
  for (const oldest of [...sources.keys()].slice(0, -MOST_SOURCES)) sources.delete(oldest);
  return source;
}

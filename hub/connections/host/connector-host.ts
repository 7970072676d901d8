/** Builds what a connector may touch. One host per process; one context per piece of work. */
import { randomUUID } from 'node:crypto';
import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext, ConnectorLog } from '../../../connectors/kit/context.ts';
import type { SearchIndexPort } from '../../../connectors/kit/search-index.ts';
import type { TokenWay } from './ask-token.ts';
import { createEgressAgents } from './egress-agents.ts';
import { createEgressProxy } from './egress-proxy.ts';
import { allowedOrigins, type EgressPolicy, type ResolveAll } from './egress.ts';
import { makeContext, type ConnectionMemory } from './make-context.ts';
import { createMemoryBudgetStore, type BudgetStore } from './budget-store.ts';
import { createConnectionBudget, type BudgetClock, type WorkLane } from './connection-budget.ts';
import { createConnectionSessions } from './connection-sessions.ts';
import { createSecretTexts } from './redact.ts';
import type { TokenOutcome, TokenSource } from './token-source.ts';
import { createMemoryTokenStore, type TokenStore } from './token-store.ts';

/** What the process gives the host. */
export interface ConnectorHostOptions {
  readonly egress: EgressPolicy;
  /** Receives the redacted lines of all connectors, with the ids of connector, connection and tenant. */
  readonly log: ConnectorLog;
  readonly clock: BudgetClock;
  /** Name resolution; the system's own by default. */
  readonly resolve?: ResolveAll;
  /** Upper limit for one HTTP exchange; 30 seconds by default. */
  readonly timeoutMs?: number;
  /** Upper limit for one answer; 8 MiB by default. */
  readonly maxResponseBytes?: number;
  /** Where tokens are shared with other workers; kept in this process by default. */
  readonly tokens?: TokenStore;
  /** Where budgets and breakers are shared with other workers; kept in this process by default. */
  readonly budgets?: BudgetStore;
  /** Told how long a request of a connector waited for its budget, in milliseconds. */
  readonly onBudgetWait?: (connector: string, ms: number) => void;
  /** Told what came of each request for a token. */
  readonly onTokenAsked?: (connector: string, outcome: TokenOutcome) => void;
}

/** One configured connection, as the database has it and with its credential opened. */
export interface OpenConnection {
  readonly id: string;
  readonly tenantId: string;
  readonly config: unknown;
  /** `Credential` of the kit; checked here. */
  readonly credential: unknown;
}

/** What one piece of work may ask for. */
export interface WorkOptions {
  /** Stops the work; never aborted by default. */
  readonly signal?: AbortSignal;
  /** A preview: every write is refused. */
  readonly dryRun?: boolean;
  /** `live` by default. */
  readonly lane?: WorkLane;
  /** The credential is tried only: its tokens are kept for this work alone. */
  readonly trial?: boolean;
  /** Bound to the connection's tenant; needed by connectors that declare `embedded-search`. */
  readonly searchIndex?: SearchIndexPort;
  /** The work is about the copy that a rebuild fills. */
  readonly copy?: string;
}

/** Makes contexts; keeps per connection what must outlive them: its budget, its tokens, its sessions. */
export interface ConnectorHost {
  /**
   * Throws HoldfastError `invalid_input` for a configuration or credential that the connector does not take,
   * `config_invalid` when something the connector needs was not lent to it.
   */
  contextFor(connector: Connector, connection: OpenConnection, work?: WorkOptions): Promise<ConnectorContext>;
  /** The way of a connection to its authorization server. */
  tokenWay(connector: Connector, config: unknown): TokenWay;
  /** Signs kept sessions out, then closes idle sockets and every loan; contexts must not be used afterwards. Never throws. */
  close(): Promise<void>;
}

/** Makes the host of a process. */
export function createConnectorHost(options: ConnectorHostOptions): ConnectorHost {
  const agents = createEgressAgents(options.egress, options.resolve);
  const proxy = createEgressProxy(options.egress, options.resolve);
  const tokens = options.tokens ?? createMemoryTokenStore();
  const budgets = options.budgets ?? createMemoryBudgetStore(options.clock.now);
  const holder = randomUUID();
  const memory = new Map<string, ConnectionMemory>();
  const memoryOf = (connector: Connector, connection: OpenConnection): ConnectionMemory => {
    const key = `${connection.tenantId}/${connection.id}`;
    const found = memory.get(key) ?? {
      budget: createConnectionBudget({
        of: { tenantId: connection.tenantId, connectionId: connection.id },
        limit: connector.manifest.rate,
        store: budgets,
        clock: options.clock,
        holder,
        onWait: (ms) => options.onBudgetWait?.(connector.manifest.id, ms),
      }),
      secrets: createSecretTexts(),
      sources: new Map<string, TokenSource>(),
      sessions: createConnectionSessions(options.clock.now),
    };
    memory.set(key, found);
    return found;
  };
  return {
    contextFor: (connector, connection, work = {}) =>
      makeContext({ options, agents, proxy, tokens, memoryOf }, connector, connection, work),
    tokenWay: ({ manifest }, config) => ({
      origins: allowedOrigins(manifest.hosts, config),
      egress: options.egress,
      agents,
      now: options.clock.now,
    }),
    async close() {
      await Promise.all([...memory.values()].map(({ sessions }) => sessions.close()));
      proxy.close();
      agents.close();
    },
  };
}

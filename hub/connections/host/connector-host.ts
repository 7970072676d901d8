/** Builds what a connector may touch. One host per process; one context per piece of work. */
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext, ConnectorLog } from '../../../connectors/kit/context.ts';
import { idempotencyKey } from '../../../connectors/kit/idempotency-key.ts';
import type { SearchIndexPort } from '../../../connectors/kit/search-index.ts';
import { authenticate } from './authenticate.ts';
import { createConnectionHttp } from './connection-http.ts';
import { createEgressAgents } from './egress-agents.ts';
import { allowedOrigins, type EgressPolicy, type ResolveAll } from './egress.ts';
import { createRateBudget, type BudgetClock, type RateBudget } from './rate-budget.ts';
import { createRedact } from './redact.ts';

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
  /** Bound to the connection's tenant; needed by connectors that declare `embedded-search`. */
  readonly searchIndex?: SearchIndexPort;
}

/** Makes contexts; keeps per connection what must outlive them: its rate budget. */
export interface ConnectorHost {
  /**
   * Throws HoldfastError `invalid_input` for a configuration or credential that the connector does not take,
   * `config_invalid` when something the connector needs was not lent to it.
   */
  contextFor(connector: Connector, connection: OpenConnection, work?: WorkOptions): ConnectorContext;
  /** Closes idle sockets; contexts must not be used afterwards. */
  close(): void;
}

/** Makes the host of a process. */
export function createConnectorHost(options: ConnectorHostOptions): ConnectorHost {
  const agents = createEgressAgents(options.egress, options.resolve);
  const budgets = new Map<string, RateBudget>();
  const budgetOf = (connector: Connector, connection: OpenConnection): RateBudget => {
    const key = `${connection.tenantId}/${connection.id}`;
    const budget = budgets.get(key) ?? createRateBudget(connector.manifest.rate, options.clock);
    budgets.set(key, budget);
    return budget;
  };
  return {
    contextFor(connector, connection, work = {}) {
      const { manifest } = connector;
      requireNeeds(connector, work);
      const config = connector.parseConfig(connection.config);
      const { headers, secrets } = authenticate(manifest.auth, connection.credential);
      const signal = work.signal ?? new AbortController().signal;
      const dryRun = work.dryRun ?? false;
      const http = createConnectionHttp({
        connectorId: manifest.id,
        connectionId: connection.id,
        origins: allowedOrigins(manifest.hosts, config),
        egress: options.egress,
        agents,
        authHeaders: headers,
        budget: budgetOf(connector, connection),
        now: options.clock.now,
        signal,
        dryRun,
        timeoutMs: options.timeoutMs ?? 30_000,
        maxResponseBytes: options.maxResponseBytes ?? 8 * 1024 * 1024,
      });
      return {
        tenantId: connection.tenantId,
        connectionId: connection.id,
        config,
        http,
        keyOf: keyOf(connection),
        log: connectorLog(options.log, connector, connection, secrets),
        now: options.clock.now,
        signal,
        dryRun,
        ...(work.searchIndex === undefined ? {} : { searchIndex: lend(work.searchIndex, dryRun) }),
      };
    },
    close: () => agents.close(),
  };
}

function keyOf({ id, tenantId }: OpenConnection): ConnectorContext['keyOf'] {
  return (operation, record) =>
    idempotencyKey({ tenantId, connectionId: id, operation, recordId: record.id, payload: record });
}

function requireNeeds(connector: Connector, work: WorkOptions): void {
  if (connector.manifest.needs.includes('embedded-search') && work.searchIndex === undefined) {
    throw new HoldfastError(
      'config_invalid',
      `The connector "${connector.manifest.id}" needs the embedded search, which this process does not offer.`,
    );
  }
}

/** In a preview the index can be read and not written, as with HTTP. */
function lend(index: SearchIndexPort, dryRun: boolean): SearchIndexPort {
  if (!dryRun) return index;
  const refuse = (): Promise<never> =>
    Promise.reject(
      new HoldfastError('internal', 'The connector tried to write during a dry run; nothing was written.'),
    );
  return { version: index.version, get: (id) => index.get(id), upsert: refuse, remove: refuse };
}

function connectorLog(
  log: ConnectorLog,
  connector: Connector,
  connection: OpenConnection,
  secrets: readonly string[],
): ConnectorLog {
  const redact = createRedact(secrets);
  return (level, message, fields = {}) => {
    const safe = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? redact(value) : value,
    ]);
    log(level, redact(message), {
      ...Object.fromEntries(safe),
      connector: connector.manifest.id,
      connectionId: connection.id,
      tenantId: connection.tenantId,
    });
  };
}

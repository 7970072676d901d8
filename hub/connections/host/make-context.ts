import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext, ConnectorLog, SessionKeep } from '../../../connectors/kit/context.ts';
import { idempotencyKey } from '../../../connectors/kit/idempotency-key.ts';
import type { SearchIndexPort } from '../../../connectors/kit/search-index.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { authenticate } from './authenticate.ts';
import type { ConnectorHostOptions, OpenConnection, WorkOptions } from './connector-host.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { sessionMark, type ConnectionSessions } from './connection-sessions.ts';
import type { EgressAgents } from './egress-agents.ts';
import type { EgressProxy } from './egress-proxy.ts';
import { allowedOrigins } from './egress.ts';
import { makeTransport, type TransportOf } from './make-transport.ts';
import { lendOwnClient } from './own-client.ts';
import { recordText } from './record-text.ts';
import type { SecretTexts } from './redact.ts';
import type { TokenSource } from './token-source.ts';
import type { TokenStore } from './token-store.ts';

/** What all contexts of a process share. */
export interface HostParts {
  readonly options: ConnectorHostOptions;
  readonly agents: EgressAgents;
  readonly proxy: EgressProxy;
  readonly tokens: TokenStore;
  readonly memoryOf: (connector: Connector, connection: OpenConnection) => ConnectionMemory;
}

/** What outlives the contexts of one connection, in this process. */
export interface ConnectionMemory {
  readonly budget: ConnectionBudget;
  readonly secrets: SecretTexts;
  /** Token sources by the mark of their credential; the newest last. */
  readonly sources: Map<string, TokenSource>;
  readonly sessions: ConnectionSessions;
}

/** The context of one piece of work; errors as `ConnectorHost.contextFor`. */
export async function makeContext(
  parts: HostParts,
  connector: Connector,
  connection: OpenConnection,
  work: WorkOptions,
): Promise<ConnectorContext> {
  const { options } = parts;
  const { manifest } = connector;
  requireNeeds(connector, work);
  const config = connector.parseConfig(connection.config);
  const authentication = authenticate(manifest.auth, connection.credential);
  const memory = parts.memoryOf(connector, connection);
  authentication.secrets.forEach((secret) => memory.secrets.add(secret));
  const log = connectorLog(options.log, connector, connection, memory.secrets);
  const asked = {
    config,
    origins: allowedOrigins(manifest.hosts, config),
    signal: work.signal ?? new AbortController().signal,
    dryRun: work.dryRun ?? false,
    lane: work.lane ?? 'live',
    trial: work.trial ?? false,
  } as const;
  const { signal, dryRun } = asked;
  const transport = { connector, connection, authentication, ...asked, log };
  return {
    tenantId: connection.tenantId,
    connectionId: connection.id,
    config,
    http: makeTransport(parts, memory, transport),
    keyOf: keyOf(connection),
    log,
    now: options.clock.now,
    signal,
    dryRun,
    ...(work.copy === undefined ? {} : { copy: work.copy }),
    ...(work.searchIndex === undefined ? {} : { searchIndex: lend(work.searchIndex, dryRun) }),
    ...(manifest.needs.includes('own-client')
      ? {
          ownClient: await lendOwnClient(parts.proxy, {
            ...asked,
            credential: authentication.credential,
            log,
            budget: memory.budget,
            hide: (secret) => memory.secrets.add(secret),
            sessions: sessionsFor(parts, memory, transport),
          }),
        }
      : {}),
  };
}

/** A sign-out is part of no work: it goes when its work is over, and also after a preview. */
function sessionsFor(parts: HostParts, memory: ConnectionMemory, work: TransportOf): SessionKeep | undefined {
  if (work.trial) return undefined;
  return memory.sessions.under(sessionMark(work.authentication.credential, work.config), (signal) =>
    makeTransport(parts, memory, { ...work, signal, dryRun: false, lane: 'live' }),
  );
}

function keyOf({ id, tenantId }: OpenConnection): ConnectorContext['keyOf'] {
  return (operation, record) =>
    idempotencyKey({
      tenantId,
      connectionId: id,
      operation,
      recordId: record.id,
      payload: recordText(record),
    });
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
  return {
    version: index.version,
    get: (id) => index.get(id),
    list: (after, limit) => index.list(after, limit),
    upsert: refuse,
    remove: refuse,
  };
}

function connectorLog(
  log: ConnectorLog,
  connector: Connector,
  connection: OpenConnection,
  { redact }: SecretTexts,
): ConnectorLog {
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

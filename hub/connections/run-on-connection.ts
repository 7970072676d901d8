import type { RunOnConnection } from '../../activities/connectors/run-on-connection.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { inSpan } from '../observability/tracing.ts';
import { openCredential } from './credential-envelope.ts';
import { embeddedSearchPort } from './embedded-search-port.ts';
import type { ConnectorHost } from './host/connector-host.ts';
import { runOperation } from './host/run-operation.ts';

/** Runs operations for the activities: reads the connection, opens its credential for the host alone, hands on the outcome. */
export function makeRunOnConnection(deps: {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly host: ConnectorHost;
  readonly onOutcome: (connector: string, outcome: string) => void;
}): RunOnConnection {
  return async ({ tenantId, connectionId, operation, record, signal }) => {
    const row = await deps.db.forTenant(tenantId, (tx) => readConnection(tx, connectionId));
    if (row === undefined)
      throw new HoldfastError('not_found', 'The connection was removed, so nothing was sent.');
    const connector = connectorById(row.connector);
    const credential = await openCredential(deps.keys, tenantId, connectionId, row.credential);
    const ctx = deps.host.contextFor(
      connector,
      { id: connectionId, tenantId, config: row.config, credential },
      { signal, searchIndex: embeddedSearchPort(deps.db, tenantId) },
    );
    const attributes = {
      'holdfast.connector': row.connector,
      'holdfast.connection_id': connectionId,
      'holdfast.operation': operation,
    };
    const [outcome] = await inSpan(`connector ${operation}`, attributes, () =>
      runOperation({ connector, ctx, operation, records: [record] }),
    );
    if (outcome === undefined)
      throw new HoldfastError('internal', 'The connector gave no outcome for the record.');
    deps.onOutcome(row.connector, outcome.outcome);
    return outcome;
  };
}

import type { RunOnConnection } from '../../activities/connectors/run-on-connection.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { inSpan } from '../observability/tracing.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';
import { runMapped } from './run-mapped.ts';

/** Runs operations for the activities: opens the connection for the host alone, hands on the outcome. */
export function makeRunOnConnection(
  deps: ConnectionDependencies & { readonly onOutcome: (connector: string, outcome: string) => void },
): RunOnConnection {
  return async ({ tenantId, connectionId, operation, record, signal }) => {
    const opened = await openConnection(deps, { tenantId, connectionId, signal });
    const { row, close } = opened;
    const attributes = {
      'holdfast.connector': row.connector,
      'holdfast.connection_id': connectionId,
      'holdfast.operation': operation,
    };
    try {
      const [outcome] = await inSpan(`connector ${operation}`, attributes, () =>
        runMapped(deps, opened, operation, [{ record }]),
      );
      if (outcome === undefined)
        throw new HoldfastError('internal', 'The connector gave no outcome for the record.');
      deps.onOutcome(row.connector, outcome.outcome);
      return outcome;
    } finally {
      close();
    }
  };
}

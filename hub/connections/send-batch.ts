import { trace } from '@opentelemetry/api';
import type { DeliveryLimits, SendBatch } from '../../activities/deliveries/send-batch.ts';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { connectorById } from '../../connectors/registry.ts';
import { inSpan } from '../observability/tracing.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';
import { runMapped } from './run-mapped.ts';

/** Records in one call at the most, whatever a connector would take: what is under way is held in memory and settled at once. */
const MOST_RECORDS = 5000;
/** Where a request takes a hundred records or more, as many are claimed and settled together at the most. */
const RECORDS_A_CLAIM = 2000;
const MANY = 100;
/** Calls at once to one connection, from one lane, where its manifest does not say. */
const WIDTH = 2;
/** However many it takes: each holds a batch in memory. */
const MOST_AT_ONCE = 4;

/** Sends batches for the activities: opens the connection for the host alone, hands on the outcomes. */
export function makeSendBatch(
  deps: ConnectionDependencies & {
    readonly onOutcome: (connector: string, outcome: string, records: number) => void;
  },
): SendBatch {
  return async ({ tenantId, connectionId, operation, lane, version: pinned, records, signal, copy }) => {
    const opened = await openConnection(deps, {
      tenantId,
      connectionId,
      signal,
      lane: lane === 'live' ? 'live' : 'backfill',
      ...(pinned !== null && { version: pinned }),
      ...(copy !== undefined && { copy }),
    });
    const { row, version } = opened;
    const attributes = {
      'holdfast.connector': row.connector,
      'holdfast.connection_id': connectionId,
      'holdfast.operation': operation,
      'holdfast.records': records.length,
    };
    try {
      return await inSpan(`connector ${operation}`, attributes, async () => {
        const outcomes = await runMapped(deps, opened, operation, records);
        for (const [outcome, count] of counted(outcomes)) deps.onOutcome(row.connector, outcome, count);
        return { outcomes, version, traceId: trace.getActiveSpan()?.spanContext().traceId ?? null };
      });
    } finally {
      opened.close();
    }
  };
}

/** What a connector of this build allows of its deliveries. @throws HoldfastError `not_found` for one that is unknown. */
export function deliveryLimits(connectorId: string): DeliveryLimits {
  const { operations, rate } = connectorById(connectorId).manifest;
  const largest = Math.max(1, ...Object.values(operations).map(({ batch }) => batch.maxRecords));
  const claimed = largest < MANY ? largest : largest * Math.max(1, Math.floor(RECORDS_A_CLAIM / largest));
  return {
    batch: Math.min(MOST_RECORDS, claimed),
    request: Math.min(MOST_RECORDS, largest),
    width: Math.min(rate.concurrency ?? WIDTH, MOST_AT_ONCE),
    visibleAfterMs: (operation) => {
      const visible = operations[operation]?.visible ?? 'at_once';
      return visible === 'at_once' ? 0 : visible.withinSec * 1000;
    },
  };
}

function counted(outcomes: readonly Outcome[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

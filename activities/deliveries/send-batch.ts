import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import type { DeliveryLane } from '../../recorder-core/records/deliveries.ts';

/** One record to be sent. */
export interface SentRecord {
  readonly record: OutboundRecord;
  /** An act of its kind may have been sent and nobody knows: it is looked for on the other side first. */
  readonly doubtful: boolean;
  /** Mapped fields that a person set by hand. */
  readonly corrections: Readonly<Record<string, unknown>> | null;
}

/** Several records through one operation of one connection, in one call. */
export interface SentBatch {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly operation: string;
  readonly lane: DeliveryLane;
  /** Version of the connection whose configuration and mapping hold; the current one where null. */
  readonly version: number | null;
  readonly records: readonly SentRecord[];
  readonly signal: AbortSignal;
  /** Into the copy that a rebuild fills, in the place of what is in use. */
  readonly copy?: string;
}

/** What became of a batch: one outcome a record, in the order given. */
export interface SentOutcomes {
  readonly outcomes: readonly Outcome[];
  readonly version: number;
  /** The trace under which it was sent; null where none is kept. */
  readonly traceId: string | null;
}

/** Maps, plans, executes and reconciles a batch; the host behind it opens the credential and enforces budget and egress. */
export type SendBatch = (batch: SentBatch) => Promise<SentOutcomes>;

/** What a connector allows of its deliveries. */
export interface DeliveryLimits {
  /** Records that are claimed, made and settled together, at the most. */
  readonly batch: number;
  /** Those that one request takes. */
  readonly request: number;
  /** Calls at once. */
  readonly width: number;
  /** From when on after an act it can be looked for, in milliseconds, by operation. */
  readonly visibleAfterMs: (operation: string) => number;
}

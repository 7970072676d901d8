import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';

/** One operation on one record through one configured connection. */
export interface ConnectionRun {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly operation: 'upsert-recording' | 'delete-recording' | 'ticket' | 'notice';
  readonly record: OutboundRecord;
  readonly signal: AbortSignal;
}

/** Plans, executes and reconciles; the host behind it opens the credential and enforces budget and egress. */
export type RunOnConnection = (run: ConnectionRun) => Promise<Outcome>;

/**
 * What workflows may ask of connected systems, and of endpoints of webhooks: remote I/O, on the task queue `connectors`.
 * The rest, and what holds for all of it, is `contract.ts`.
 */
import type { IncidentRef, NoticeRef } from './compliance-contract.ts';
import type { DeliveryQueueRef, RecordingRef, StreamRef } from './contract.ts';

/** One delivery that a recording owes to one configured connection. */
export interface DeliveryRef extends RecordingRef {
  readonly connectionId: string;
}

/** What was done of a queue, and what is left of it. */
export interface DeliveryProgress {
  readonly sent: number;
  /** There is more to be done at once. */
  readonly more: boolean;
  /** When the next of it is due, RFC 3339; null where nothing waits. */
  readonly nextAt: string | null;
  /** How many batches may be under way at once. */
  readonly width: number;
}

/**
 * What became of the reading of a stream: to the end, not at all (switched off), failed and noted, or overtaken by somebody
 * who moved the checkpoint. `events`: kept that were not known before.
 */
export interface StreamProgress {
  readonly outcome: 'read' | 'off' | 'failed' | 'overtaken';
  readonly events: number;
}

/** One comparison of what a connected system holds with what it is to hold. */
export interface ComparisonRef {
  readonly tenantId: string;
  readonly comparisonId: string;
}

/** Remote I/O; task queue `connectors`. */
export interface ConnectorActivities {
  /** Compares as the row asks, queues repairs where it says so, and keeps what was found; one that has ended is left alone. */
  compareConnection(input: ComparisonRef): Promise<{ readonly differences: number }>;
  /**
   * Claims what is due in a queue, a batch at a time, sends each in one call and settles it with its receipts, attempts and
   * leaves, until nothing is due, `batches` are through or its time is over. Whoever asks for one batch of a longer queue is told
   * that there is more, and nothing is done. What another worker holds is left to it; what a dead one held is looked
   * for on the other side before it is sent again.
   */
  deliverDue(input: DeliveryQueueRef & { readonly batches?: number }): Promise<DeliveryProgress>;
  /**
   * Reads a stream on to its end, keeps its events once each and moves its checkpoint behind them. What could not be read is
   * noted with the time of the next try, and not thrown.
   */
  readStream(input: StreamRef): Promise<StreamProgress>;
  /** Upserts the recording into the connected system and stores the receipt; `unknown` was reconciled before it is returned. */
  deliverRecording(input: DeliveryRef): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
  /** Sends a notice to a custodian, or to their superior, through a connection; nothing where it was acknowledged meanwhile. */
  sendNotice(input: NoticeRef): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
  /** Asks the connected system to delete the recording and stores the receipt; `rejected`, and nothing is asked, where the disposal of that epoch has spared it or a hold has come. */
  withdrawRecording(
    input: DeliveryRef & { readonly policyEpoch?: number },
  ): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
}

/** Tickets of incidents; task queue `connectors`. */
export interface TicketActivities {
  /** Sends the incident as it stands to one connection and stores the receipt; `unknown` was reconciled before it is returned. */
  sendTicket(
    input: IncidentRef & { readonly connectionId: string },
  ): Promise<{ readonly outcome: 'done' | 'rejected' | 'unknown' }>;
}

/** Names one endpoint of webhooks; never where it is. */
export interface WebhookEndpointRef {
  readonly tenantId: string;
  readonly endpointId: string;
}

/** Webhooks out; task queue `connectors`. */
export interface WebhookActivities {
  /**
   * Sends the messages of one endpoint that are due, for some seconds, and notes every attempt. What was sent and not noted,
   * because the worker was killed, is sent again under the same id. `nextAt` says when something may be due again: at once,
   * where there is more; null where nothing waits or nothing may be sent.
   */
  sendWebhooks(input: WebhookEndpointRef): Promise<{ readonly nextAt: string | null }>;
}

import type { WebhookEndpointRef } from '../../activities/connector-contract.ts';

/** Sends what one endpoint is owed now. Only optional fields may be added. */
export interface WebhookSendingInput extends WebhookEndpointRef {
  /** Rounds of the runs before this one, for those who look at it. */
  readonly roundsBefore?: number;
}

/** How often it has looked; what came of the messages is in the database. */
export interface WebhookSendingResult {
  readonly rounds: number;
}

import type { WebhookAttempt, DueMessage } from '../../recorder-core/records/webhook-messages.ts';
import type { WebhookEndpoint } from '../../recorder-core/records/webhook-endpoints.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** One attempt, and how long the other side wishes to be left alone, in milliseconds. */
export interface PostedMessage extends WebhookAttempt {
  readonly wishMs?: number | undefined;
}

/** Posts one message once; throws for nothing that the other side does, only where it is aborted. */
export type PostMessage = (message: DueMessage, signal: AbortSignal) => Promise<PostedMessage>;

/** What the sending of webhooks works with. */
export interface WebhookDependencies extends Pick<ActivityDependencies, 'db' | 'newId' | 'now'> {
  readonly webhooks: {
    /** Opens an endpoint's keys, and answers what posts to it. */
    readonly open: (tenantId: string, endpoint: WebhookEndpoint) => Promise<PostMessage>;
    /** From 0 until below 1, for the pauses. */
    readonly random: () => number;
    /** Told of each attempt. */
    readonly onAttempt?: (outcome: WebhookAttempt['outcome']) => void;
  };
}

import { isHoldfastError } from '../../../recorder-core/errors.ts';
import type { DueMessage } from '../../../recorder-core/records/webhook-messages.ts';
import type { WebhookEndpoint } from '../../../recorder-core/records/webhook-endpoints.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { openKeys } from './endpoint-keys.ts';
import { postEvent, type Posted, type Posting } from './post-event.ts';
import { renderEvent } from './render-event.ts';

/** For the activity that sends: opens the keys of an endpoint and answers what posts to it, as `postEvent` does. */
export function makeOpenPosting(
  posting: Posting,
  root: KeyProvider,
): (
  tenantId: string,
  endpoint: WebhookEndpoint,
) => Promise<(message: DueMessage, signal: AbortSignal) => Promise<Posted>> {
  return async (tenantId, endpoint) => {
    const keys = await openKeys(root, tenantId, endpoint);
    return async ({ leafIndex, type, body }, signal) => {
      const at = posting.now();
      try {
        const event = renderEvent(tenantId, leafIndex, type, body);
        return await postEvent(posting, endpoint.url, keys, event, signal);
      } catch (error) {
        if (!isHoldfastError(error)) throw error;
        // A fault of ours: it must not keep the other messages from being sent, and stands in the log.
        return {
          at,
          durationMs: 0,
          outcome: 'refused',
          status: null,
          answer: error.message,
          wishMs: undefined,
        };
      }
    };
  };
}

import {
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { WebhookActivities } from '../../activities/connector-contract.ts';
import { SEND_WEBHOOKS } from '../activity-options.ts';
import type { WebhookSendingInput, WebhookSendingResult } from './messages.ts';

const { sendWebhooks } = proxyActivities<WebhookActivities>(SEND_WEBHOOKS);

/** What is due later than this is waited for by its row alone; the herald starts a run when its time has come. */
const WORTH_WAITING_MS = 60_000;

/**
 * Sends what one endpoint is owed, one run an endpoint at a time, and ends when nothing is due within a minute. The rows say
 * what is due: a run that is lost, or one too many, changes nothing but when the next message is sent.
 */
export async function webhookSending(input: WebhookSendingInput): Promise<WebhookSendingResult> {
  const { tenantId, endpointId, roundsBefore = 0 } = input;
  for (let rounds = roundsBefore + 1; ; rounds += 1) {
    const { nextAt } = await sendWebhooks({ tenantId, endpointId });
    const wait = nextAt === null ? Infinity : Date.parse(nextAt) - Date.now();
    if (wait > WORTH_WAITING_MS) return { rounds };
    if (wait > 0) await sleep(wait);
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof webhookSending>({ ...input, roundsBefore: rounds });
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(webhookSending, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

import { Context } from '@temporalio/activity';
import { isInDoubt } from '../../recorder-core/policy/webhook-plan.ts';
import {
  changeEndpoint,
  readEndpoint,
  type WebhookEndpoint,
} from '../../recorder-core/records/webhook-endpoints.ts';
import { listDueMessages, nextDueAt, type DueMessage } from '../../recorder-core/records/webhook-messages.ts';
import type { WebhookActivities, WebhookEndpointRef } from '../connector-contract.ts';
import { settleWebhooks, type Finished } from './settle-webhooks.ts';
import type { PostMessage, WebhookDependencies } from './webhook-dependencies.ts';

/** Read, sent and settled together; a worker that is killed sends at most so many again. */
const BATCH = 200;
/** At once to one endpoint. */
const AT_ONCE = 16;
/** Before keys that could not be opened are tried again. */
const UNOPENED_MS = 60_000;
/** Then the workflow asks again, so that no attempt of the activity lasts for long. */
const WORK_MS = 20_000;

/** See `WebhookActivities.sendWebhooks`. */
export function sendWebhooks(deps: WebhookDependencies): WebhookActivities['sendWebhooks'] {
  return async (ref) => {
    const signal = Context.current().cancellationSignal;
    const until = deps.now().getTime() + WORK_MS;
    let opened: { readonly credential: Buffer; readonly post: PostMessage } | undefined;
    for (;;) {
      const batch = await readBatch(deps, ref);
      if (batch === undefined) return { nextAt: await nextLook(deps, ref) };
      const { endpoint, messages } = batch;
      if (opened?.credential.equals(endpoint.credential) !== true)
        opened = { credential: endpoint.credential, post: await openOrRest(deps, ref, endpoint) };
      const finished = await postAll(opened.post, endpoint.failures, messages, signal);
      for (const { posted } of finished) deps.webhooks.onAttempt?.(posted.outcome);
      await settleWebhooks(deps, ref, finished);
      signal.throwIfAborted();
      if (deps.now().getTime() >= until) return { nextAt: await nextLook(deps, ref) };
    }
  };
}

/** Keys that cannot be opened give the endpoint a rest, or its run would fail and be started again at once. */
async function openOrRest(
  deps: WebhookDependencies,
  ref: WebhookEndpointRef,
  endpoint: WebhookEndpoint,
): Promise<PostMessage> {
  try {
    return await deps.webhooks.open(ref.tenantId, endpoint);
  } catch (error) {
    await deps.db.forTenant(ref.tenantId, (tx) =>
      changeEndpoint(tx, endpoint.id, { pausedUntil: new Date(deps.now().getTime() + UNOPENED_MS) }),
    );
    throw error;
  }
}

async function readBatch(
  { db, now }: WebhookDependencies,
  { tenantId, endpointId }: WebhookEndpointRef,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly messages: readonly DueMessage[] } | undefined> {
  return db.forTenant(tenantId, async (tx) => {
    const at = now();
    const endpoint = await readEndpoint(tx, endpointId);
    if (endpoint?.state !== 'enabled') return undefined;
    if (endpoint.pausedUntil !== null && endpoint.pausedUntil > at) return undefined;
    const messages = await listDueMessages(tx, endpointId, at, isInDoubt(endpoint.failures) ? 1 : BATCH);
    return messages.length === 0 ? undefined : { endpoint, messages };
  });
}

/** When there may be something to send again; null where nothing waits, or nothing may be sent. */
function nextLook(
  { db }: WebhookDependencies,
  { tenantId, endpointId }: WebhookEndpointRef,
): Promise<string | null> {
  return db.forTenant(tenantId, async (tx) => {
    const endpoint = await readEndpoint(tx, endpointId);
    const due = endpoint?.state === 'enabled' ? await nextDueAt(tx, endpointId) : undefined;
    if (due === undefined) return null;
    const rest = endpoint?.pausedUntil ?? due;
    return (rest > due ? rest : due).toISOString();
  });
}

/** Posts messages, a few at once; those behind too many failures in a row, or an abort, are not begun. In the order they ended. */
async function postAll(
  post: PostMessage,
  failuresBefore: number,
  messages: readonly DueMessage[],
  signal: AbortSignal,
): Promise<Finished[]> {
  const finished: Finished[] = [];
  const waiting = [...messages];
  let failures = failuresBefore;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (!stopped && !signal.aborted) {
      const message = waiting.shift();
      if (message === undefined) return;
      const posted = await post(message, signal).catch((error: unknown) => {
        if (signal.aborted) return undefined; // nobody knows what came of it: it is sent again under its id
        throw error;
      });
      if (posted === undefined) return;
      finished.push({ message, posted });
      failures = posted.outcome === 'taken' ? 0 : failures + 1;
      stopped ||= posted.outcome === 'gone' || posted.wishMs !== undefined || isInDoubt(failures);
    }
  };
  const lanes = Math.min(isInDoubt(failuresBefore) ? 1 : AT_ONCE, messages.length);
  await Promise.all(Array.from({ length: lanes }, work));
  return finished;
}

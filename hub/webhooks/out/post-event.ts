import { parseRetryAfter } from '../../../connectors/kit/retry-after.ts';
import { isRemoteFailure } from '../../../connectors/kit/remote-error.ts';
import type { HttpResponse } from '../../../connectors/kit/http.ts';
import type { WebhookAttempt } from '../../../recorder-core/records/webhook-messages.ts';
import type { EgressAgents } from '../../connections/host/egress-agents.ts';
import { checkUrl, type EgressPolicy } from '../../connections/host/egress.ts';
import { exchange, ExchangeFailure } from '../../connections/host/exchange.ts';
import { createRedact, type Redact } from '../../connections/host/redact.ts';
import { signMessage } from '../../connections/host/sign-message.ts';
import type { EndpointKey } from './endpoint-keys.ts';
import type { CloudEvent } from './render-event.ts';

/** Standard Webhooks asks for 15 to 30 seconds. */
const TIMEOUT_MS = 20_000;
/** More of an answer is not read: all that counts is its status, which stands whatever becomes of the rest. */
const MOST_ANSWER_BYTES = 64 * 1024;
/** What the log keeps of a refusal, in characters. */
const KEPT_ANSWER = 200;

/** What posting rests on; made once per process. */
export interface Posting {
  readonly egress: EgressPolicy;
  readonly agents: EgressAgents;
  readonly now: () => Date;
  /** For the whole exchange; 20 seconds by default. */
  readonly timeoutMs?: number;
}

/** One attempt, and how long the other side wishes to be left alone. */
export interface Posted extends WebhookAttempt {
  readonly wishMs: number | undefined;
}

/**
 * Posts one event once, signed by every key that is of use, under the event's own id: what comes twice is known by it. Never
 * throws for what the other side does: any 2xx is `taken`, a redirect is a failure, 410 is `gone`. Rethrows an abort.
 */
export async function postEvent(
  posting: Posting,
  address: string,
  keys: readonly EndpointKey[],
  event: CloudEvent,
  signal: AbortSignal,
): Promise<Posted> {
  const at = posting.now();
  const body = Buffer.from(JSON.stringify(event));
  const done = attemptFrom(posting, at, createRedact(keys.map(({ secret }) => secret)));
  try {
    const url = new URL(address);
    checkUrl(url, new Set([url.origin]), posting.egress);
    const headers = { 'webhook-id': event.id };
    const response = await exchange({
      method: 'POST',
      url,
      headers: {
        ...headers,
        ...signMessage(keys, headers, body, at.getTime()),
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'content-length': String(body.byteLength),
        'accept-encoding': 'identity',
        'user-agent': 'Holdfast-Webhooks/1',
      },
      body,
      timeoutMs: posting.timeoutMs ?? TIMEOUT_MS,
      maxResponseBytes: MOST_ANSWER_BYTES,
      statusAlone: true,
      signal,
      agent: posting.agents.for(url),
    });
    return done(outcomeOf(response.status), response);
  } catch (error) {
    if (isRemoteFailure(error)) return done('forbidden');
    if (!(error instanceof ExchangeFailure)) throw error;
    if (error.fault === 'aborted') throw error;
    if (error.fault === 'timeout') return done('slow');
    return done(isRemoteFailure(error.cause) ? 'forbidden' : 'unreachable');
  }
}

/** Answers what makes an attempt of its end. */
function attemptFrom(posting: Posting, at: Date, redact: Redact) {
  return (outcome: WebhookAttempt['outcome'], response?: HttpResponse): Posted => {
    const now = posting.now().getTime();
    const refusal = outcome === 'taken' ? undefined : response;
    return {
      at,
      durationMs: Math.max(0, now - at.getTime()),
      outcome,
      status: response?.status ?? null,
      answer: refusal === undefined ? null : beginningOf(redact(textOf(refusal))),
      wishMs: refusal === undefined ? undefined : parseRetryAfter(refusal.headers['retry-after'], now),
    };
  };
}

function outcomeOf(status: number): WebhookAttempt['outcome'] {
  if (status >= 200 && status < 300) return 'taken';
  if (status >= 300 && status < 400) return 'redirected';
  return status === 410 ? 'gone' : 'refused';
}

function textOf({ body }: HttpResponse): string {
  return new TextDecoder().decode(body.subarray(0, 4 * KEPT_ANSWER));
}

/** What is kept of a refusal: one line, and nothing that looks like a number, an address or a name of somebody's account. */
function beginningOf(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/[^\s@<>"']+@[^\s@<>"']+/g, '[address]')
    .replaceAll(/\+?\d[\d\s().-]{4,}\d/g, '[number]')
    .trim()
    .slice(0, KEPT_ANSWER);
}

import { classifyResponse } from '../kit/classify-response.ts';
import type { HttpResponse } from '../kit/http.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import { parseRetryAfter } from '../kit/retry-after.ts';

/** Parts of an error that ServiceNow answers; its words are read for what they mean and never passed on. */
export interface ErrorBody {
  readonly error?: { readonly message?: unknown; readonly detail?: unknown };
}

/** What a queue that is full needs to empty, where the instance says nothing. */
const QUEUE_MS = 5_000;
/** Quotas of transactions are counted by the minute. */
const QUOTA_MS = 60_000;
const DAY_MS = 86_400_000;

interface About {
  readonly effect: 'read' | 'write';
  readonly nowMs: number;
}

/** Classifies an answer that is no success. */
export function classify(response: HttpResponse, body: ErrorBody | undefined, about: About): RemoteError {
  const words = wordsOf(body);
  if (response.status === 429) return slowDown(response, words, about.nowMs);
  if (response.status === 202) {
    // A session with too long a queue answers so and forgets the request.
    return remoteError('unknown_outcome', 'ServiceNow took the request without doing it; it may drop it.', {
      scope: 'batch',
      remote: { status: 202 },
    });
  }
  if (response.status === 403 && /aborted by|data policy|operation failed/i.test(words)) {
    return refusedByRule({ status: 403, code: 'aborted' });
  }
  if (/does not represent any resource/i.test(words)) {
    return remoteError('config', 'The instance has nothing at this address.', {
      scope: 'connection',
      remote: { status: response.status, code: 'no_resource' },
    });
  }
  if (response.status === 401) {
    return remoteError('auth', 'ServiceNow refused the credential.', {
      scope: 'connection',
      fix: 'Enter a valid credential, and see that the integration user is active and not locked out.',
      remote: { status: 401 },
    });
  }
  return classifyResponse(response, { ...about, code: undefined });
}

/** The refusal of a record by something that the customer set up on the instance. */
export function refusedByRule(remote: NonNullable<RemoteError['remote']>): RemoteError {
  return remoteError(
    'invalid_record',
    'A business rule or a data policy of the instance refused the record.',
    { fix: 'Look which rule of the table refuses it, and map what the rule asks for.', remote },
  );
}

/**
 * The three kinds of 429: a rate rule names itself in its headers and when it ends; a transaction quota speaks of a quota;
 * what is left is a semaphore whose queue is full, which passes in seconds. None of them did anything.
 */
function slowDown(response: HttpResponse, words: string, nowMs: number): RemoteError {
  const { headers } = response;
  const asked = parseRetryAfter(headers['retry-after'], nowMs);
  const byRule = headers['x-ratelimit-rule'] !== undefined || headers['x-ratelimit-limit'] !== undefined;
  if (byRule) {
    return remoteError('throttled', 'A rate limit rule of the instance is used up for this hour.', {
      scope: 'connection',
      fix: 'Raise the rate limit rule of the integration user, or wait for the next hour.',
      afterMs: asked ?? untilReset(headers['x-ratelimit-reset'], nowMs) ?? QUOTA_MS,
      remote: { status: 429, code: 'rate_limit_rule' },
    });
  }
  if (/quota/i.test(words)) {
    return remoteError('quota', 'A transaction quota of the instance cancelled the request.', {
      scope: 'connection',
      fix: 'Look at the transaction quotas of the instance; a table may have one of its own.',
      afterMs: asked ?? QUOTA_MS,
      remote: { status: 429, code: 'transaction_quota' },
    });
  }
  return remoteError('throttled', 'The queue of the instance for requests of this kind is full.', {
    scope: 'connection',
    afterMs: asked ?? QUEUE_MS,
    remote: { status: 429, code: 'semaphore_queue_full' },
  });
}

/** The header has seconds since 1970. */
function untilReset(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || !/^\d{9,11}$/.test(value)) return undefined;
  return Math.min(Math.max(Number(value) * 1000 - nowMs, 1000), DAY_MS);
}

function wordsOf(body: ErrorBody | undefined): string {
  const { message, detail } = body?.error ?? {};
  return [message, detail].filter((word) => typeof word === 'string').join(' ');
}

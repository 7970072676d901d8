import type { HttpResponse } from './http.ts';
import { remoteError, type RemoteError, type RemoteErrorClass } from './remote-error.ts';
import { parseRetryAfter } from './retry-after.ts';

interface StatusRule {
  readonly class: RemoteErrorClass;
  readonly title: string;
  readonly fix?: string;
  /** Where the answer does not say how long. */
  readonly afterMs?: number;
}

/** Of how it is asked, or of what stands in between, and of no record: the next one would be answered alike. */
const NOT_SO: StatusRule = {
  class: 'config',
  title: 'The remote system, or something before it, does not take requests of this kind at this address.',
  fix: 'Check the address in the configuration, the version of the remote system, and what stands in between.',
};

const RULES: Readonly<Record<number, StatusRule>> = {
  400: { class: 'invalid_record', title: 'The remote system refused the request as invalid.' },
  401: {
    class: 'auth',
    title: 'The remote system refused the credential.',
    fix: 'Enter a valid credential for this connection.',
  },
  402: {
    class: 'quota',
    title: 'The remote system asks for payment before it goes on.',
    fix: 'Look at the subscription of the remote system.',
    afterMs: 15 * 60_000,
  },
  403: {
    class: 'permission',
    title: 'The credential may not do this on the remote system.',
    fix: 'Grant the permissions that the connector lists.',
  },
  404: {
    class: 'config',
    title: 'The remote system does not know this address or object.',
    fix: 'Check the address in the configuration.',
  },
  405: NOT_SO,
  406: NOT_SO,
  407: NOT_SO,
  409: { class: 'conflict', title: 'The remote object changed meanwhile.' },
  410: NOT_SO,
  412: { class: 'conflict', title: 'The remote object changed meanwhile.' },
  413: { class: 'invalid_record', title: 'The remote system refused the request as too large.' },
  415: NOT_SO,
  421: NOT_SO,
  422: { class: 'invalid_record', title: 'The remote system refused the request as invalid.' },
  426: NOT_SO,
  429: { class: 'throttled', title: 'The remote system asks to slow down.' },
  503: { class: 'transient', title: 'The remote system is unavailable for now.' },
};

const CONNECTION_WIDE = new Set<RemoteErrorClass>([
  'config',
  'auth',
  'permission',
  'throttled',
  'quota',
  'transient',
]);

/**
 * Classifies an answer that is no success. A write answered with a server error other than 503 may have
 * taken effect, so it is `unknown_outcome`; a read answered so is `transient`.
 * `code` is the remote's machine-readable word for it; anything that is not a plain token is dropped,
 * because remote prose can quote the record.
 */
export function classifyResponse(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  about: { readonly effect: 'read' | 'write'; readonly nowMs: number; readonly code?: string | undefined },
): RemoteError {
  const { status } = response;
  const rule = RULES[status] ?? otherwise(status, about.effect);
  const afterMs = parseRetryAfter(response.headers['retry-after'], about.nowMs) ?? rule.afterMs;
  const code = about.code !== undefined && /^[a-zA-Z0-9_.-]{1,64}$/.test(about.code) ? about.code : undefined;
  return remoteError(rule.class, rule.title, {
    scope: CONNECTION_WIDE.has(rule.class) ? 'connection' : 'batch',
    ...(rule.fix === undefined ? {} : { fix: rule.fix }),
    ...(afterMs === undefined ? {} : { afterMs }),
    remote: { status, ...(code === undefined ? {} : { code }) },
  });
}

function otherwise(status: number, effect: 'read' | 'write'): StatusRule {
  if (status >= 500 || status === 408) {
    return effect === 'write'
      ? { class: 'unknown_outcome', title: 'The remote system failed while it handled the request.' }
      : { class: 'transient', title: 'The remote system failed while it handled the request.' };
  }
  if (status >= 400) return { class: 'invalid_record', title: 'The remote system refused the request.' };
  return {
    class: effect === 'write' ? 'unknown_outcome' : 'config',
    title: 'The remote system gave an answer that this connector does not understand.',
    fix: 'Check that the address leads to the right system.',
  };
}

import { HoldfastError, type ErrorCode } from '../errors.ts';
import type { SipResponse } from './message.ts';
import { reasonPhrase } from './response.ts';

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  407: 'unauthenticated',
  408: 'timeout',
  410: 'gone',
  413: 'too_large',
  415: 'unsupported',
  416: 'unsupported',
  420: 'unsupported',
  481: 'conflict',
  482: 'conflict',
  488: 'unsupported',
  491: 'conflict',
  504: 'timeout',
  606: 'unsupported',
};

/** A call that was refused; with the status, as whoever called may try elsewhere. */
class RefusedCall extends HoldfastError {
  readonly sipStatus: number;

  constructor(sipStatus: number, ...error: ConstructorParameters<typeof HoldfastError>) {
    super(...error);
    this.sipStatus = sipStatus;
  }
}

/** The SIP status a call of ours was refused with; `undefined` for any other error. */
export function sipStatusOf(error: unknown): number | undefined {
  return error instanceof RefusedCall ? error.sipStatus : undefined;
}

/**
 * The error for a call that was refused. The message names the SIP status; the peer's own reason phrase is
 * detail, as it may hold anything. `retryAfterMs` follows Retry-After.
 */
export function refusedCall(response: SipResponse): HoldfastError {
  const { status, reason, headers } = response;
  const seconds = /^\d{1,6}/.exec(headers.get('Retry-After') ?? '')?.[0];
  return new RefusedCall(
    status,
    CODES[status] ?? 'unavailable',
    `The call was refused with SIP status ${String(status)} ${reasonPhrase(status)}; nothing is connected.`,
    { detail: reason, ...(seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 }) },
  );
}

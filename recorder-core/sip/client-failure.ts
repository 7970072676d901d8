import { HoldfastError } from '../errors.ts';
import type { ClientFailure } from './client-transaction.ts';

/** The error a caller sees when no final response came: `timeout`, or `unavailable` for the transport. */
export function failureError(failure: ClientFailure, method: string): HoldfastError {
  if (failure.kind === 'timeout') {
    return new HoldfastError(
      'timeout',
      `No final answer to the SIP ${method} came in time; the peer may be down. Try again.`,
    );
  }
  const message = `The SIP ${method} could not be delivered over the network; check the peer's address and try again.`;
  return new HoldfastError('unavailable', message, { cause: failure.cause, detail: failure.cause.message });
}

import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { timeStampRequest, verifyTimeStamp, type TimeStamp } from '../../recorder-core/ledger/timestamp.ts';
import { postBytes } from './post-bytes.ts';

/** A time stamp that was checked, with the authority's whole answer. */
export interface ObtainedTimeStamp extends TimeStamp {
  readonly response: Buffer;
}

/**
 * Gets a time stamp over a message (RFC 3161 section 3.4, over HTTP) and checks it.
 * @throws as postBytes when there is no answer, unavailable for another status, integrity_failed for a stamp that
 * does not hold.
 */
export async function askTimeStamp(
  url: string,
  message: Buffer,
  authorities: readonly string[],
  signal?: AbortSignal,
): Promise<ObtainedTimeStamp> {
  const nonce = randomBytes(16);
  const { status, body } = await postBytes(
    url,
    'application/timestamp-query',
    timeStampRequest(message, nonce),
    signal,
  );
  if (status !== 200)
    throw new HoldfastError(
      'unavailable',
      `The time-stamp authority answered with status ${status}. It is asked again later.`,
    );
  return { ...verifyTimeStamp(body, { message, nonce, authorities }), response: body };
}

import { HoldfastError } from '../errors.ts';

/**
 * An offer that cannot be read, with the SIP answer it deserves: 400 for a broken body, 415 for a
 * body type the recorder does not read, 488 for a session without anything to record
 * (RFC 3261 section 21.4). The message is safe to send as a reason or Warning text.
 */
export class OfferRefused extends HoldfastError {
  readonly sipStatus: 400 | 415 | 488;
  readonly sipHeaders: Readonly<Record<string, string>>;

  constructor(sipStatus: 400 | 415 | 488, message: string, options: { cause?: unknown } = {}) {
    super(sipStatus === 400 ? 'invalid_input' : 'unsupported', message, options);
    this.sipStatus = sipStatus;
    this.sipHeaders = sipStatus === 415 ? { Accept: ACCEPTED_TYPES } : {};
  }
}

/** What the recorder reads in a body, for Accept headers (RFC 7866 section 9, RFC 9806). */
export const ACCEPTED_TYPES =
  'application/sdp, multipart/mixed, application/rs-metadata+xml, application/rs-metadata';

import type { ErrorCode } from '../../recorder-core/errors.ts';
import type { Disbelief } from './verify-message.ts';

/** A refusal in the words of the ledger and of the sender. */
export interface Refusal {
  readonly rule: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string | undefined;
}

/** What is said of a message that is not believed. */
export const DISBELIEVED: Readonly<Record<Disbelief, Refusal>> = {
  headers: {
    rule: 'event/headers',
    code: 'invalid_input',
    message:
      'webhook-id, webhook-timestamp or webhook-signature is missing or not of its form (Standard Webhooks). Nothing was done.',
  },
  signature: {
    rule: 'event/signature',
    code: 'unauthenticated',
    message:
      'No signature of this message is right. Check the secret, and that the body is signed byte for byte as it is sent. Nothing was done.',
  },
  stale: {
    rule: 'event/stale',
    code: 'unauthenticated',
    message:
      'The time of this message is more than 5 minutes from ours. Check the clock, and sign each attempt anew. Nothing was done.',
  },
};
/** The connection is off. */
export const DISABLED: Refusal = {
  rule: 'event/disabled',
  code: 'forbidden',
  message: 'This connection is switched off, so nothing was done. Send the event again when it is on.',
};
/** The connection may not send this. */
export const NOT_ACCEPTED: Refusal = {
  rule: 'event/not-accepted',
  code: 'forbidden',
  message:
    'This connection may not send events of this type. An administrator decides what it accepts. Nothing was done.',
  field: '/type',
};
/** The id stands for another message. */
export const REUSED: Refusal = {
  rule: 'event/id-reused',
  code: 'conflict',
  message:
    'Another message was sent under this webhook-id before. An id is for one message and its repetitions; use a new one. Nothing was done.',
  field: 'webhook-id',
};

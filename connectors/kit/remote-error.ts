/** Why a remote act failed, in the closed set of classes that decides what happens next. */
import { HoldfastError, type ErrorCode } from '../../recorder-core/errors.ts';

/**
 * - `config` the connection is set up wrongly (address, redirect, mapping)
 * - `auth` the credential was refused; `permission` it was accepted but may not do this
 * - `quota` an allowance is used up; `throttled` too fast; both wait
 * - `transient` not applied, the same act may succeed later
 * - `conflict` the remote object is not as the plan found it: plan anew
 * - `invalid_record` this record cannot be taken as it is
 * - `held` a hold forbids it
 * - `unknown_outcome` the act was sent and nobody knows whether it took effect: reconcile first
 */
export const REMOTE_ERROR_CODES = {
  config: 'config_invalid',
  auth: 'config_invalid',
  permission: 'config_invalid',
  quota: 'rate_limited',
  throttled: 'rate_limited',
  transient: 'unavailable',
  conflict: 'conflict',
  invalid_record: 'invalid_input',
  held: 'held',
  unknown_outcome: 'unavailable',
} as const satisfies Record<string, ErrorCode>;

/** A member of the closed set of remote error classes. */
export type RemoteErrorClass = keyof typeof REMOTE_ERROR_CODES;

/** One remote failure as data: safe to store, to show and to log. */
export interface RemoteError {
  readonly class: RemoteErrorClass;
  /** What else fails for the same cause: nothing, the rest of the batch, everything on this connection. */
  readonly scope: 'record' | 'batch' | 'connection';
  readonly retry: 'never' | 'after' | 'after_reconcile';
  /** With `after`: wait at least this long. */
  readonly afterMs?: number;
  /** What happened, in one sentence without personal data or secrets. */
  readonly title: string;
  /** What a person can do about it. */
  readonly fix?: string;
  /** The one field that was refused, where it is one: of the remote object, or of the record. */
  readonly field?: string;
  /** What the other side said, reduced to its status and its machine-readable code. */
  readonly remote?: { readonly status?: number; readonly code?: string };
}

const RETRY: Record<RemoteErrorClass, RemoteError['retry']> = {
  config: 'never',
  auth: 'never',
  permission: 'never',
  quota: 'after',
  throttled: 'after',
  transient: 'after',
  conflict: 'after',
  invalid_record: 'never',
  held: 'never',
  unknown_outcome: 'after_reconcile',
};

/** Builds a remote error; the retry advice follows from the class. Scope defaults to `record`. */
export function remoteError(
  errorClass: RemoteErrorClass,
  title: string,
  more: Partial<Pick<RemoteError, 'scope' | 'afterMs' | 'fix' | 'field' | 'remote'>> = {},
): RemoteError {
  return { class: errorClass, scope: 'record', retry: RETRY[errorClass], title, ...more };
}

/** What to do about a failure whose own words do not say it. */
const USUAL_FIX: Record<RemoteErrorClass, string> = {
  config: 'Compare the settings of the connection with the other system.',
  auth: 'Enter the credential again, or have a new one made over there.',
  permission: "Have the rights given over there that the connector's README names.",
  quota: 'Wait until the allowance is renewed, or have it raised over there.',
  throttled: 'Nothing has to be done: it is sent again when the other system allows it.',
  transient: 'Check the address, and whether the other system is up and can be reached from here.',
  conflict: 'Send it again: it is planned anew by what stands there then.',
  invalid_record: 'Correct the record or the mapping, then send it again.',
  held: 'Nothing has to be done: it goes once the hold is released.',
  unknown_outcome: 'Nothing has to be done: it is looked for over there before it is sent again.',
};

/** What a person can do about a failure: its own words, or those of its class. */
export function remedyOf({ class: errorClass, fix }: Pick<RemoteError, 'class' | 'fix'>): string {
  return fix ?? USUAL_FIX[errorClass];
}

/** A remote error thrown through a call stack; `remoteError` is what to store. */
export class RemoteFailure extends HoldfastError {
  readonly remoteError: RemoteError;

  constructor(error: RemoteError, options: { readonly cause?: unknown } = {}) {
    super(
      REMOTE_ERROR_CODES[error.class],
      error.fix === undefined ? error.title : `${error.title} ${error.fix}`,
      {
        ...(error.afterMs === undefined ? {} : { retryAfterMs: error.afterMs }),
        ...options,
      },
    );
    this.remoteError = error;
  }
}

/** True for a thrown remote error, also from another copy of this module. */
export function isRemoteFailure(error: unknown): error is RemoteFailure {
  return error instanceof Error && error.name === 'HoldfastError' && 'remoteError' in error;
}

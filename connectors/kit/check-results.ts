/** What named checks of several connectors come to. */
import type { CheckResult } from './connector.ts';
import {
  isRemoteFailure,
  remedyOf,
  remoteError,
  type RemoteError,
  type RemoteErrorClass,
} from './remote-error.ts';

/** A check that failed by this error; it says what to do also where the error does not. */
export function failedBy(error: RemoteError): CheckResult {
  return { status: 'fail', detail: error.title, fix: remedyOf(error), error };
}

/** A check that found the connection set up wrongly: what is wrong, and what to do. */
export function failedCheck(errorClass: RemoteErrorClass, detail: string, fix: string): CheckResult {
  return failedBy(remoteError(errorClass, detail, { scope: 'connection', fix }));
}

/** A refusal of the credential is still an answer: what it means is for later checks than that of the address to say. */
export function isCredentialRefusal(error: unknown): boolean {
  return isRemoteFailure(error) && ['auth', 'permission'].includes(error.remoteError.class);
}

/** By how many milliseconds a time of the remote side lies outside of those here before and after it was asked for. */
export function skewMs(before: number, there: number, after: number): number {
  return Math.max(before - there, there - after, 0);
}

/** Whether the clocks agree; `why` is added to the sentence about a difference. */
export function clockResult(
  skew: number,
  { mostMs, why = '', fix }: { readonly mostMs: number; readonly why?: string; readonly fix: string },
): CheckResult {
  if (skew <= mostMs) return { status: 'ok', detail: 'The clocks agree.' };
  return { status: 'warn', detail: `The clocks differ by ${Math.round(skew / 1000)} seconds${why}.`, fix };
}

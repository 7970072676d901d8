import { ERROR_CODES, type ErrorCode } from '../../recorder-core/errors.ts';

const INTRODUCTION = `# Errors

<!-- Written by ops/docs/write-pages.ts from recorder-core/errors.ts. Change the table there and run it again. -->

For whoever calls the API, reads a failed workflow or a log line. There is one error class, \`HoldfastError\`, with a
closed set of codes. Its message is safe to show and says what happened, what it means and what to do; its detail is for
the operator's log alone.

- In the API an error is a problem document (RFC 9457) with \`code\`, \`status\`, \`title\`, \`detail\`, and \`field\` where
  one input is at fault; \`Retry-After\` where a time is known, \`WWW-Authenticate\` (RFC 9470) with \`step_up_required\`. \`hub/api/problem.ts\` makes it.
- In Temporal it is an \`ApplicationFailure\` whose type is the code; it is retried only where the table says so.
  \`hub/worker/activity-interceptor.ts\` makes it.
- Anything that is not ours becomes \`internal\` outside, without its text, which may hold anything.

| code | status | try again | what it means | what to do |
|---|---|---|---|---|
`;

/** What each code tells the caller. A new code does not compile until it has a row here. */
const MEANINGS = {
  invalid_input: ['The request or message is not valid; nothing was changed.', 'Correct the named field.'],
  unauthenticated: ['Nobody is signed in, or the session has ended.', 'Sign in again.'],
  step_up_required: [
    'This act asks for a proof of presence that is at most five minutes old; nothing was changed.',
    'Prove it (docs/step-up.md) and send the same request again.',
  ],
  forbidden: ['The role does not allow this act; the refusal is in the ledger.', 'Ask an administrator.'],
  not_found: [
    'There is no such thing in this tenant.',
    "Check the id; another tenant's things are not found either.",
  ],
  conflict: ['It contradicts what is there now.', 'Read the present state, then decide again.'],
  gone: ['It was destroyed and cannot come back.', 'The certificate of its disposal says when and why.'],
  precondition_failed: [
    'The thing was changed since it was read; nothing was changed.',
    'Read it again and repeat the change.',
  ],
  too_large: ['It exceeds a limit that the message names.', 'Send less at once.'],
  unsupported: ['The format or feature is not one that Holdfast has.', 'Use one that the message names.'],
  held: ['A legal hold or a living key forbids it.', 'Nothing, while the hold stands.'],
  rate_limited: ['Too many requests in too short a time.', 'Wait as long as the answer says.'],
  internal: [
    'A fault of Holdfast itself; the act was undone.',
    'Report it with the trace id; the log has the details.',
  ],
  integrity_failed: [
    'What was read is not what was written: damaged, exchanged or forged. It is not used.',
    'Keep it for an investigation; restore it from a copy.',
  ],
  config_invalid: ['A setting is missing, unknown or cannot be used.', 'Correct the named setting.'],
  key_unavailable: ['The key or its provider cannot be used now.', 'Restore the key ring or the provider.'],
  unavailable: ['A service that is needed does not answer.', 'Wait; what was captured stays in the spool.'],
  timeout: [
    'No answer came in time; the outcome may be unknown.',
    'Ask what became of it before repeating it.',
  ],
  storage_full: ['The disk is full.', 'Free some space; what waits is stored by itself then.'],
} satisfies Record<ErrorCode, readonly [means: string, remedy: string]>;

/** docs/errors.md as it must be. Pure. */
export function errorsPage(): string {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const rows = codes.map((code) => {
    const { status, retryable } = ERROR_CODES[code];
    const [means, remedy] = MEANINGS[code];
    return `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${means} | ${remedy} |\n`;
  });
  return INTRODUCTION + rows.join('');
}

/**
 * The one error class of the product and its closed set of codes.
 *
 * It stands below the ground floor: every folder may import this file and
 * nothing here imports anything of ours. Outside, an error becomes a problem
 * document (RFC 9457); in Temporal, an ApplicationFailure whose type is the code.
 */

/** For each code: the HTTP status it maps to and whether the same call may succeed later. */
export const ERROR_CODES = {
  invalid_input: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  step_up_required: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  gone: { status: 410, retryable: false },
  precondition_failed: { status: 412, retryable: false },
  too_large: { status: 413, retryable: false },
  unsupported: { status: 415, retryable: false },
  held: { status: 423, retryable: false },
  rate_limited: { status: 429, retryable: true },
  internal: { status: 500, retryable: false },
  integrity_failed: { status: 500, retryable: false },
  config_invalid: { status: 500, retryable: false },
  key_unavailable: { status: 503, retryable: true },
  unavailable: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
  storage_full: { status: 507, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

/** A member of the closed set; adding one is a change of the public interface. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** A policy that decided about access, as it is told to whoever was refused. */
export interface NamedPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly says: string;
  /** Whom to ask, or what to do. */
  readonly ask: string | null;
}

/** What an error may carry besides its code and its safe sentence. */
export interface ErrorOptions {
  /** For logs of the operator only; never shown outside. No secrets, no personal data. */
  readonly detail?: string;
  /** The input field at fault, as a JSON pointer or a setting's name; safe to show. */
  readonly field?: string;
  /** When a retry makes sense, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Of a refusal: the policies that decided; safe to show. */
  readonly policies?: readonly NamedPolicy[];
  /** Of `step_up_required`: how old a proof of presence may be, in seconds. */
  readonly stepUpSeconds?: number;
  readonly cause?: unknown;
}

/**
 * An error a person can act on: `message` says what happened, what it means and
 * what to do next, and is safe to show to the caller.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly stepUpSeconds: number | undefined;
  readonly policies: readonly NamedPolicy[] | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.detail = options.detail;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
    this.stepUpSeconds = options.stepUpSeconds;
    this.policies = options.policies;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** True for our own error, also when it was made by another copy of this module (a worker thread, a test realm). */
export function isHoldfastError(error: unknown): error is HoldfastError {
  return error instanceof Error && error.name === 'HoldfastError' && 'code' in error;
}

import type { Problem } from '../../../hub/api/schemas/primitives.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { saidByHub } from '../from-hub/said-by-hub.ts';
import { t } from '../i18n/t.ts';

/** A refused or failed call, as the hub's problem document tells it; `message` is its detail, in the reader's language and safe to show. */
export class ProblemError extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Code of the problem document, or `unreachable` and `unreadable` for what has none. */
  readonly code: string;
  readonly title: string;
  /** Input at fault, where the hub named one. */
  readonly field: string | undefined;
  readonly traceId: string | undefined;

  constructor(problem: Omit<Problem, 'type'>) {
    super(saidByHub(problem.detail));
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.title = fromHub(problem.title);
    this.field = problem.field;
    this.traceId = problem.traceId;
  }
}

/** What to show when the hub could not be reached: the network failed before any answer. */
export function unreachable(): ProblemError {
  return new ProblemError({
    status: 0,
    code: 'unreachable',
    title: t('The hub does not answer'),
    detail: t(
      'The console could not reach the hub. Nothing was changed. Check your network, then try again.',
    ),
  });
}

/** The problem that an answer's body states; an answer without a problem document (a proxy's page) gets plain words. */
export function problemFrom(status: number, body: unknown): ProblemError {
  if (isProblem(body)) return new ProblemError({ ...body, status });
  return new ProblemError({
    status,
    code: 'unreadable',
    title: t('The hub answered with status {{status}}', { status }),
    detail: t('The answer carried no explanation. Try again; if it stays, look at the log of the hub.'),
  });
}

/** Whether the same call may succeed when it is simply made again. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  return error.status === 0 || error.status === 429 || [502, 503, 504].includes(error.status);
}

/** True when the hub no longer knows who is asking. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401 && !wantsProof(error);
}

/** True when the hub asks for a fresh proof of presence; the same call goes through once it was given. */
export function wantsProof(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'step_up_required';
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { title, detail, code } = body as Record<string, unknown>;
  return typeof title === 'string' && typeof detail === 'string' && typeof code === 'string';
}

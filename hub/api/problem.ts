import { trace } from '@opentelemetry/api';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Logger } from '../observability/logger.ts';
import { PRESENCE_ACR, STEP_UP_SECONDS } from '../../recorder-core/policy/step-up.ts';
import type { Problem } from './schemas/primitives.ts';
import { firstFault } from '../../connectors/kit/first-fault.ts';

const TITLES: Partial<Record<HoldfastError['code'], string>> = {
  invalid_input: 'The request is not valid',
  unauthenticated: 'Sign-in needed',
  step_up_required: 'A fresh proof is needed',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'In conflict with the present state',
  gone: 'Gone for good',
  held: 'Under a legal hold',
  integrity_failed: 'Integrity check failed',
};

/** An error as a problem document (RFC 9457); anything that is not ours shows only that it happened. */
export function problemOf(error: unknown): Problem {
  const known = isHoldfastError(error)
    ? error
    : new HoldfastError(
        'internal',
        'Something went wrong here. Nothing was changed; the log of the hub has the details.',
      );
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return {
    type: `https://holdfast.example/problems/${known.code}`,
    title: TITLES[known.code] ?? 'The request could not be completed',
    status: known.status,
    detail: known.message,
    code: known.code,
    ...(known.field === undefined ? {} : { field: known.field }),
    ...(known.policies === undefined ? {} : { policies: known.policies.map((policy) => ({ ...policy })) }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** Sends an error as its problem document. */
export function sendProblem(response: Response, error: unknown): void {
  const problem = problemOf(error);
  if (isHoldfastError(error) && error.retryAfterMs !== undefined) {
    response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
  }
  if (problem.code === 'step_up_required') response.set('WWW-Authenticate', stepUpChallenge(error));
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/**
 * What tells a client that its sign-in is not enough for this act (RFC 9470, section 3). `max_age` is how old the proof may be,
 * and `acr_values` names what counts as one: a passkey, a code of an authenticator, or a provider's fresh sign-in.
 */
function stepUpChallenge(error: unknown): string {
  const seconds = (isHoldfastError(error) ? error.stepUpSeconds : undefined) ?? STEP_UP_SECONDS;
  return (
    'Bearer error="insufficient_user_authentication", ' +
    'error_description="This act asks for a fresh proof that you are present", ' +
    `max_age=${seconds}, acr_values="${PRESENCE_ACR}"`
  );
}

/** The last handler of the app. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const translated = fromDatabase(fromFramework(error));
    if (problemOf(translated).status >= 500)
      log.error({ error: translated, path: request.route?.path as unknown }, 'request failed');
    if (response.headersSent) {
      next(error); // the body is under way: Express cuts the connection, so the reader sees that it is incomplete
      return;
    }
    sendProblem(response, translated);
  };
}

/** What PostgreSQL says where two transactions met: a unique key, a serialisation failure, a deadlock. */
const MET_ANOTHER = new Set(['23505', '40001', '40P01']);

/** Two who did the same at the same moment: one of them changed nothing, which is a conflict and no fault of ours. */
function fromDatabase(error: unknown): unknown {
  const { code } = Object(error) as { code?: unknown };
  if (isHoldfastError(error) || typeof code !== 'string' || !MET_ANOTHER.has(code)) return error;
  return new HoldfastError(
    'conflict',
    'Somebody changed the same thing at the same moment. Nothing was changed here; look at it again, then try anew.',
    { cause: error },
  );
}

/** Errors of Express, its body parser and its file server carry an HTTP status instead of a code of ours. */
export function fromFramework(error: unknown): unknown {
  if (isHoldfastError(error)) return error;
  const { status, type } = Object(error) as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) return error;
  const options = { cause: error };
  if (status === 413)
    return new HoldfastError(
      'too_large',
      'The request body is larger than 1 MB. Send less at once.',
      options,
    );
  if (status === 415)
    return new HoldfastError('unsupported', 'The request body must be JSON in UTF-8.', options);
  if (typeof type === 'string') {
    return new HoldfastError(
      'invalid_input',
      'The request body is not valid JSON. Correct it and send it again.',
      { ...options, field: '/body' },
    );
  }
  if (status === 403 || status === 404) return new HoldfastError('not_found', NOTHING_HERE, options);
  return new HoldfastError(
    'invalid_input',
    'The address or the headers of the request are not well-formed. Correct them and send it again.',
    options,
  );
}

const NOTHING_HERE = 'There is nothing at this address. /api/v1/openapi.json lists the paths of the API.';

/** What answers where no route did. */
export const nothingHere: RequestHandler = () => {
  throw new HoldfastError('not_found', NOTHING_HERE);
};

/** The first issue of a failed schema as our error, naming the field as a JSON pointer. */
export function invalidInput(where: 'params' | 'query' | 'body', error: z.ZodError): HoldfastError {
  const { path, says } = firstFault(error);
  const field = [`/${where}`, ...path.map(pointerToken)].join('/');
  return new HoldfastError(
    'invalid_input',
    `${field}: ${says}. Correct this field and send the request again.`,
    { field },
  );
}

/** One step of a JSON pointer (RFC 6901 section 3). */
function pointerToken(step: PropertyKey): string {
  return String(step).replaceAll('~', '~0').replaceAll('/', '~1');
}

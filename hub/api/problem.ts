import { trace } from '@opentelemetry/api';
import type { ErrorRequestHandler, Response } from 'express';
import type { z } from 'zod';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { Problem } from './schemas/primitives.ts';

const TITLES: Partial<Record<HoldfastError['code'], string>> = {
  invalid_input: 'The request is not valid',
  unauthenticated: 'Sign-in needed',
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
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** Sends an error as its problem document. */
export function sendProblem(response: Response, error: unknown): void {
  const problem = problemOf(error);
  if (isHoldfastError(error) && error.retryAfterMs !== undefined) {
    response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
  }
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The last handler of the app. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const translated = fromBodyParser(error);
    if (problemOf(translated).status >= 500)
      log.error({ error: translated, path: request.route?.path as unknown }, 'request failed');
    if (response.headersSent) {
      next(error); // the body is under way: Express cuts the connection, so the reader sees that it is incomplete
      return;
    }
    sendProblem(response, translated);
  };
}

/** Errors of express.json() carry a type instead of a code of ours. */
function fromBodyParser(error: unknown): unknown {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return new HoldfastError('too_large', 'The request body is larger than 1 MB. Send less at once.');
  if (typeof type === 'string' && type.startsWith('entity.')) {
    return new HoldfastError(
      'invalid_input',
      'The request body is not valid JSON. Correct it and send it again.',
      { field: '' },
    );
  }
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return new HoldfastError('unsupported', 'The request body must be JSON in UTF-8.');
  }
  return error;
}

/** The first issue of a failed schema as our error, naming the field as a JSON pointer. */
export function invalidInput(where: 'params' | 'query' | 'body', error: z.ZodError): HoldfastError {
  const issue = error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  const field = path.length === 0 ? `/${where}` : `/${where}/${path.map(String).join('/')}`;
  return new HoldfastError(
    'invalid_input',
    `${field}: ${issue?.message ?? 'it is not valid'}. Correct this field and send the request again.`,
    { field },
  );
}

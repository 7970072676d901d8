import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';

/** Shorter answers are a packet either way. */
const WORTH_BYTES = 1_400;
/** Of Brotli, about as fast as gzip at its usual level, and smaller. */
const QUALITY = 4;

/**
 * Compresses JSON that is read from the API, with Brotli or gzip as the caller takes them. What flows (sound, files, events)
 * and what answers an act, secrets shown once among it, go as they are. So does what another site's page asks for: whoever
 * can choose words of an answer and see how long it is could guess the rest of it (the attack named BREACH).
 */
export function compressAnswers(): RequestHandler {
  return compression({
    threshold: WORTH_BYTES,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } },
    filter: (request, response) => isReading(request) && isOwn(request) && isJson(response),
  });
}

function isReading({ method }: Pick<Request, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Programs say nothing of a site; browsers always do. */
function isOwn(request: Request): boolean {
  return (request.get('Sec-Fetch-Site') ?? 'same-origin') === 'same-origin';
}

function isJson(response: Response): boolean {
  return /^application\/json\b/.test(String(response.getHeader('Content-Type') ?? ''));
}

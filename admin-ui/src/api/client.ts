/** The one place that talks HTTP to the hub. */
import { isPresent } from './presence.ts';
import { isSignedOut, problemFrom, unreachable, wantsProof } from './problem.ts';
import { proofDesk } from './proof-desk.ts';
import { signInDesk } from './sign-in-desk.ts';

/** What a call may carry besides its path. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Lets the hub recognise the same intent sent twice. */
  readonly idempotencyKey?: string;
  /** Asks for a piece of the content only, "bytes=0-0". */
  readonly range?: string;
  /** Statuses besides 2xx whose body is the answer, such as 503 of the readiness report. */
  readonly alsoAnswers?: readonly number[];
  /** A call that signs somebody in or out; the end of the session is its answer and asks nobody to sign in again. */
  readonly withoutSession?: true;
}

/**
 * Calls the hub and gives its JSON answer, or `undefined` for an empty one. The caller states the type, which is the
 * hub's own schema type.
 *
 * Where the session has ended, or the hub asks for a fresh proof of presence, the person is asked, and the same call is made once
 * more, with the same key: what it does is done once.
 *
 * @throws ProblemError for every refusal and failure, and for an unreachable hub; an aborted call throws the abort.
 */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const asked = new Set<'sign-in' | 'proof'>();
  for (;;) {
    try {
      return await callOnce<T>(path, options);
    } catch (error) {
      const wanted = wantsProof(error) ? 'proof' : 'sign-in';
      const mayAsk = wanted === 'proof' || (isSignedOut(error) && options.withoutSession !== true);
      if (!mayAsk || asked.has(wanted)) throw error;
      asked.add(wanted);
      const isAct = (options.method ?? 'GET') !== 'GET';
      if (!(await (wanted === 'proof' ? proofDesk.ask() : signInDesk.ask(isAct)))) throw error;
    }
  }
}

async function callOnce<T>(path: string, options: CallOptions): Promise<T> {
  const answer = await fetch(path, requestOf(options)).catch((error: unknown) => {
    if (options.signal?.aborted === true) throw error;
    throw unreachable();
  });
  const body = await readJson(answer);
  if (answer.ok || options.alsoAnswers?.includes(answer.status) === true) return body as T;
  throw problemFrom(answer.status, body);
}

/** A query string with its question mark, or nothing when every value is empty. */
export function queryString(values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function requestOf({ method = 'GET', body, signal, idempotencyKey, range }: CallOptions): RequestInit {
  const headers = new Headers({ Accept: 'application/json, application/problem+json' });
  // A header that other sites cannot set without permission; the hub refuses unsafe methods without it.
  if (method !== 'GET') headers.set('X-Holdfast-Console', '1');
  // What the console asks by itself while nobody is there does not keep the session open.
  if (!isPresent()) headers.set('X-Holdfast-Background', '1');
  if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
  if (range !== undefined) headers.set('Range', range);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  return {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => '');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Opens a stream of server-sent events of the hub and answers its text in pieces. `after` is the id of the last event that was read. */
export async function openEvents(
  path: string,
  after: string,
  signal: AbortSignal,
): Promise<AsyncIterable<string>> {
  const headers = new Headers({ Accept: 'text/event-stream', 'X-Holdfast-Background': '1' });
  if (after !== '') headers.set('Last-Event-ID', after);
  const answer = await fetch(path, { headers, signal, credentials: 'same-origin' });
  if (!answer.ok || answer.body === null) throw problemFrom(answer.status, await readJson(answer));
  return piecesOf(answer.body);
}

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** One HTTP exchange on one socket, with the one fact that matters afterwards: whether anything was sent. */
import type { Agent } from 'node:http';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpResponse } from '../../../connectors/kit/http.ts';
import { isRemoteFailure } from '../../../connectors/kit/remote-error.ts';

/** What goes over the wire. */
export interface ExchangeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** For the whole exchange, body included. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /**
   * Where the status is all that counts: once it has come, a body that is too large, never ends or is cut is kept as far as it
   * was read, and the answer stands.
   */
  readonly statusAlone?: boolean;
  readonly signal: AbortSignal;
  readonly agent: Agent;
}

/** Why there is no whole answer. */
export type ExchangeFault =
  'connect' | 'cut' | 'timeout' | 'too_large' | 'aborted' | 'refused' | 'certificate';

/** Thrown when there is no whole answer; `sent` is true when the request may have reached the other side. */
export class ExchangeFailure extends Error {
  readonly fault: ExchangeFault;
  readonly sent: boolean;
  constructor(fault: ExchangeFault, sent: boolean, cause?: unknown) {
    super(`exchange failed: ${fault}`, { cause });
    this.name = 'ExchangeFailure';
    this.fault = fault;
    this.sent = sent;
  }
}

/** Sends one request and reads the whole answer; follows nothing, retries nothing. Throws ExchangeFailure. */
export function exchange(input: ExchangeRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let sent = false;
    let arrived: (() => HttpResponse) | undefined;
    const send = input.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const { method, headers, agent } = input;
    const request = send(input.url, { method, headers, agent }, (response) => {
      const soFar = readAnswer(response, input.maxResponseBytes, fail, succeed);
      if (input.statusAlone === true) arrived = soFar;
    });
    const timer = setTimeout(() => fail('timeout'), input.timeoutMs);
    const onAbort = (): void => fail('aborted');
    const settle = (): void => {
      clearTimeout(timer);
      input.signal.removeEventListener('abort', onAbort);
    };
    function succeed(answer: HttpResponse): void {
      settle();
      resolve(answer);
    }
    function fail(fault: ExchangeFault, cause?: unknown): void {
      if (arrived !== undefined && fault !== 'aborted') succeed(arrived());
      else {
        settle();
        reject(new ExchangeFailure(fault, sent, cause));
      }
      request.destroy();
    }
    request.on('socket', (socket) => {
      // From a connected socket on, bytes may have left: the honest answer is then "sent".
      const markSent = (): void => {
        sent = true;
      };
      if (!socket.connecting && !socket.destroyed) markSent();
      else socket.once(input.url.protocol === 'https:' ? 'secureConnect' : 'connect', markSent);
    });
    request.on('error', (error) => fail(faultOf(error, sent), error));
    input.signal.addEventListener('abort', onAbort);
    if (input.signal.aborted) onAbort();
    else request.end(input.body);
  });
}

function faultOf(error: Error, sent: boolean): ExchangeFault {
  // A refusal by the lookup comes before any connection.
  if (isRemoteFailure(error)) return 'refused';
  // The other side ended the handshake by an alert: it saw no request, whatever was written by then.
  if (/^ERR_SSL_.*ALERT/.test(String(Reflect.get(error, 'code')))) return 'certificate';
  return sent ? 'cut' : 'connect';
}

/** Reads the body; answers what gives the answer as far as it was read. */
function readAnswer(
  response: IncomingMessage,
  maxBytes: number,
  fail: (fault: ExchangeFault, cause?: unknown) => void,
  done: (answer: HttpResponse) => void,
): () => HttpResponse {
  const chunks: Buffer[] = [];
  let size = 0;
  const soFar = (): HttpResponse => ({
    status: response.statusCode ?? 0,
    headers: plainHeaders(response),
    body: Buffer.concat(chunks),
  });
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) fail('too_large');
  });
  response.on('error', (error) => fail('cut', error));
  // A keep-alive answer cut short closes without `end`.
  response.on('close', () => {
    if (!response.complete) fail('cut');
  });
  response.on('end', () => {
    if (response.complete) done(soFar());
  });
  return soFar;
}

/** Flat headers without those that carry sessions or ask for credentials. */
function plainHeaders(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value === undefined || name === 'set-cookie' || name === 'www-authenticate') continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

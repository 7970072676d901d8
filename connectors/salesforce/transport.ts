/** The way of jsforce's requests through the host: once, without its own retries, redirects and environment. */
import { Duplex } from 'node:stream';
import { Transport } from 'jsforce/lib/transport.js';
import type { ConnectorContext } from '../kit/context.ts';
import { bodyJson, bodyText, type HttpRequest, type HttpResponse } from '../kit/http.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyAnswer } from './classify.ts';

/** Requests used and allowed in a day, as Salesforce tells with each answer. */
export interface ApiUsage {
  used: number;
  limit: number;
}

type VendorRequest = Parameters<Transport['httpRequest']>[0];

/** jsforce's transport over `ctx.http`; what is no answer of Salesforce becomes a RemoteFailure. */
export class HostTransport extends Transport {
  readonly #ctx: ConnectorContext;
  /** Undefined until an answer told of it. */
  usage: ApiUsage | undefined;

  constructor(ctx: ConnectorContext) {
    super();
    this.#ctx = ctx;
  }

  override getRequestStreamCreator(): (request: VendorRequest) => Duplex {
    return (request) => this.#open(request);
  }

  /** A stream as jsforce expects it: takes the body where the request has none, says `complete` with the answer. */
  #open(request: VendorRequest): Duplex {
    const chunks: Buffer[] = [];
    const streamed =
      (request.body === undefined || request.body === null) && /^(POST|PUT|PATCH)$/.test(request.method);
    const send = (body: HttpRequest['body'] | undefined): void => {
      this.#send(request, body).then(
        (answer) => {
          stream.emit('complete', answer);
          stream.push(null);
        },
        (error: unknown) => stream.emit('error', error),
      );
    };
    const stream = new Duplex({
      read: () => undefined,
      write(chunk: Buffer | string, _encoding, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
      final(done) {
        if (streamed) send(Buffer.concat(chunks));
        done();
      },
    });
    // Not before jsforce listens.
    if (!streamed) queueMicrotask(() => send(typeof request.body === 'string' ? request.body : undefined));
    return stream;
  }

  async #send(request: VendorRequest, body: HttpRequest['body'] | undefined) {
    const method = request.method as HttpRequest['method'];
    const effect = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
    const response = await this.#ctx.http.request({
      method,
      url: request.url,
      headers: request.headers ?? {},
      effect,
      ...(body === undefined ? {} : { body }),
    });
    this.usage = usageOf(response) ?? this.usage;
    const text = bodyText(response);
    if (response.status >= 400) {
      throw new RemoteFailure(
        classifyAnswer(response, { effect, nowMs: this.#ctx.now(), ...errorOf(response) }),
      );
    }
    if (!isReadable(response, text)) {
      throw new RemoteFailure(
        remoteError(effect === 'write' ? 'unknown_outcome' : 'config', 'What answered is not Salesforce.', {
          scope: 'connection',
          fix: 'Check the address; a proxy or a sign-in page may stand there.',
          remote: { status: response.status },
        }),
      );
    }
    return { statusCode: response.status, headers: { ...response.headers }, body: text };
  }
}

function usageOf({ headers }: HttpResponse): ApiUsage | undefined {
  const found = /api-usage=(\d{1,12})\/(\d{1,12})/.exec(headers['sforce-limit-info'] ?? '');
  return found === null ? undefined : { used: Number(found[1]), limit: Number(found[2]) };
}

function isReadable(response: HttpResponse, text: string): boolean {
  return (
    text === '' ||
    /^text\/csv\b/.test(response.headers['content-type'] ?? '') ||
    salesforceJson(response) !== undefined
  );
}

function salesforceJson(response: HttpResponse): unknown {
  return /^application\/json\b/.test(response.headers['content-type'] ?? '') ? bodyJson(response) : undefined;
}

/** Salesforce's word for the error, and its message, which quotes records and is read for what it means alone. */
function errorOf(response: HttpResponse): { readonly code: string | undefined; readonly message?: string } {
  const parsed = salesforceJson(response);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (typeof first !== 'object' || first === null) return { code: undefined };
  const { errorCode: code, message } = first as { readonly errorCode?: unknown; readonly message?: unknown };
  return {
    code: typeof code === 'string' ? code : undefined,
    ...(typeof message === 'string' ? { message } : {}),
  };
}

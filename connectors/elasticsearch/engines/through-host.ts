/** What both dialects have in common below their clients: requests through the host, answers told apart. */
import { classifyResponse } from '../../kit/classify-response.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { bodyJson, bodyText, type HttpRequest, type HttpResponse } from '../../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../kit/remote-error.ts';

/** Requests that change no document although they are no GET. */
const READING =
  /^POST .*\/(_mget|_search|_count|_has_privileges|_pit|point_in_time|_refresh)$|^DELETE \/(_pit|_search\/point_in_time)$/;

/** One request as a client makes it. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** True where the engine is asked whether it would do this, and does nothing. */
  readonly asksOnly?: boolean;
}

/** What the engine said. */
export interface ClientAnswer {
  readonly statusCode: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
}

/** Which engine it has to be, and how its answers are known. */
export interface Dialect {
  readonly product: 'Elasticsearch' | 'OpenSearch';
  speaks(response: HttpResponse): boolean;
}

/** Sends one request, once; throws RemoteFailure for every answer that is no success of this engine. */
export async function throughHost(
  ctx: ConnectorContext<{ readonly node: string }>,
  dialect: Dialect,
  { method, target, headers, body, asksOnly = false }: ClientRequest,
): Promise<ClientAnswer> {
  const path = target.split('?', 1).join('');
  const reads = asksOnly || method === 'GET' || method === 'HEAD' || READING.test(`${method} ${path}`);
  const effect = reads ? 'read' : 'write';
  const response = await ctx.http.request({
    method: method as HttpRequest['method'],
    url: new URL(target, ctx.config.node).href,
    headers,
    effect,
    ...(body === undefined ? {} : { body }),
  });
  const text = bodyText(response);
  if (response.status >= 400) {
    const failure = { effect, nowMs: ctx.now(), code: errorType(response) } as const;
    throw new RemoteFailure(classifyResponse(response, failure));
  }
  if (!dialect.speaks(response) || !(text === '' || bodyJson(response) !== undefined))
    throw new RemoteFailure(
      remoteError(
        effect === 'write' ? 'unknown_outcome' : 'config',
        `What answered is not ${dialect.product}.`,
        {
          scope: 'connection',
          fix: 'Check the address and the dialect; a proxy or another product may stand there.',
          remote: { status: response.status },
        },
      ),
    );
  return { statusCode: response.status, headers: response.headers, body: text };
}

/** The type of the error, never its reason: reasons quote documents. */
function errorType(response: HttpResponse): string | undefined {
  const parsed = bodyJson(response) as { error?: { type?: unknown } } | null | undefined;
  return typeof parsed?.error?.type === 'string' ? parsed.error.type : undefined;
}

/** The answer, or undefined where the engine says that there is nothing of that name. */
export async function unlessMissing<T>(asked: PromiseLike<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.status === 404) return undefined;
    throw error;
  }
}

/** Waits for what makes something new; an engine refuses as invalid what is there already. */
export async function unlessThere(asked: PromiseLike<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.remote?.status !== 400) throw error;
  }
}

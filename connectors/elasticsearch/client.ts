import { BaseConnection, Client } from '@elastic/elasticsearch';
import type { estypes } from '@elastic/elasticsearch';
import { classifyResponse } from '../kit/classify-response.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { bodyJson, bodyText, type HttpRequest, type HttpResponse } from '../kit/http.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';

/** The official client, whose every request goes through `ctx.http`; it retries nothing itself. */
export function elasticsearchClient(ctx: ConnectorContext<ElasticsearchConfig>): Client {
  return new Client({
    node: ctx.config.node,
    Connection: connectionOver(ctx),
    maxRetries: 0,
    enableMetaHeader: false,
    redaction: { type: 'remove' },
  });
}

/** Requests that change no document although they are no GET. */
const READING = /^POST .*\/(_mget|_search|_count|_has_privileges|_pit|_refresh)$|^DELETE \/_pit$/;

type Params = Parameters<BaseConnection['request']>[0];

interface Answer {
  readonly statusCode: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
}

function connectionOver(ctx: ConnectorContext<ElasticsearchConfig>): typeof BaseConnection {
  return class HostConnection extends BaseConnection {
    override async request(params: Params): Promise<never> {
      const request = toHttpRequest(this.url, params);
      const response = await ctx.http.request(request);
      const answer = toAnswer(response, request.effect ?? 'write', ctx.now());
      // The base class declares one answer with a stream and one without; this connector asks for none.
      return answer as never;
    }
  };
}

function toHttpRequest(base: URL, params: Params): HttpRequest {
  const query = params.querystring === undefined || params.querystring === '' ? '' : `?${params.querystring}`;
  const method = params.method as HttpRequest['method'];
  const reads = method === 'GET' || method === 'HEAD' || READING.test(`${method} ${params.path}`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(params.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
  }
  return {
    method,
    url: new URL(`${params.path}${query}`, base).href,
    headers,
    effect: reads ? 'read' : 'write',
    ...(typeof params.body === 'string' || Buffer.isBuffer(params.body) ? { body: params.body } : {}),
  };
}

function toAnswer(response: HttpResponse, effect: 'read' | 'write', nowMs: number): Answer {
  const body = bodyText(response);
  if (response.status >= 400) {
    throw new RemoteFailure(classifyResponse(response, { effect, nowMs, code: errorType(response) }));
  }
  if (
    response.headers['x-elastic-product'] !== 'Elasticsearch' ||
    !(body === '' || bodyJson(response) !== undefined)
  ) {
    throw new RemoteFailure(
      remoteError(effect === 'write' ? 'unknown_outcome' : 'config', 'What answered is not Elasticsearch.', {
        scope: 'connection',
        fix: 'Check the address; a proxy or another product may stand there.',
        remote: { status: response.status },
      }),
    );
  }
  return { statusCode: response.status, headers: response.headers, body };
}

/** The type of the error, never its reason: reasons quote documents. */
function errorType(response: HttpResponse): string | undefined {
  const parsed = bodyJson(response) as { error?: Partial<estypes.ErrorCause> } | null | undefined;
  return typeof parsed?.error?.type === 'string' ? parsed.error.type : undefined;
}

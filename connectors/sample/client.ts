import { classifyResponse } from '../kit/classify-response.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { bodyObject, type HttpRequest } from '../kit/http.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { SampleConfig } from './config.ts';

/** A context of this connector. */
export type SampleContext = ConnectorContext<SampleConfig>;

/** What one call needs. `effect` says whether it may change the remote side: many systems read by POST. */
export interface SampleCall {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly effect: 'read' | 'write';
  readonly body?: unknown;
}

/**
 * Calls Sample once and answers its JSON. Throws RemoteFailure: the class of every status is decided here, and an answer
 * that is no JSON object, such as the page of a proxy, is never taken for a success.
 */
export async function callSample(ctx: SampleContext, call: SampleCall): Promise<Record<string, unknown>> {
  const response = await ctx.http.request({
    method: call.method,
    url: new URL(call.path, ctx.config.address).href,
    effect: call.effect,
    ...(call.body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(call.body) }),
  });
  const json = bodyObject(response) as Record<string, unknown> | undefined;
  if (response.status >= 400)
    throw new RemoteFailure(
      classifyResponse(response, { effect: call.effect, nowMs: ctx.now(), code: codeOf(json) }),
    );
  if (json === undefined) throw notSample(call.effect, response.status);
  return json;
}

/** The path of the configured collection. */
export function collectionPath({ config }: SampleContext, ...more: readonly string[]): string {
  return ['/v1/collections', config.collection, ...more].join('/');
}

/** The machine-readable word alone: prose can quote the record. */
function codeOf(json: Record<string, unknown> | undefined): string | undefined {
  return typeof json?.['code'] === 'string' ? json['code'] : undefined;
}

function notSample(effect: 'read' | 'write', status: number): RemoteFailure {
  return new RemoteFailure(
    remoteError(effect === 'write' ? 'unknown_outcome' : 'config', 'What answered is not Sample.', {
      scope: 'connection',
      fix: 'Check the address; a proxy or another product may stand there.',
      remote: { status },
    }),
  );
}

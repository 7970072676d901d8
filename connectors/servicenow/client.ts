import type { ConnectorContext } from '../kit/context.ts';
import { bodyObject, type HttpRequest, type HttpResponse } from '../kit/http.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classify, type ErrorBody } from './classify.ts';
import type { ServicenowConfig } from './config.ts';

export type ServicenowContext = ConnectorContext<ServicenowConfig>;

/** Where the endpoints of the scoped application are; made by the vendor's compiler from `app/src/fluent/endpoints.now.ts`. */
export const HUB_PATH = '/api/x_hldf_holdfast/v1/hub';

/** The application's table of recordings. */
export const RECORDING_TABLE = 'x_hldf_holdfast_recording';

/** One call of the instance. */
export interface Call {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A POST that only asks. */
  readonly effect?: 'read';
}

/**
 * Sends one call and gives back what stands under `result`. No cookie is ever sent: requests of one session wait for each
 * other, and some are dropped. Throws RemoteFailure.
 */
export async function call<T>(
  ctx: ServicenowContext,
  { method, path, query, body, effect }: Call,
): Promise<T> {
  const url = new URL(path, ctx.config.instance);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const asked = effect ?? (method === 'GET' ? 'read' : 'write');
  const response = await ctx.http.request({
    method,
    url: url.href,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    effect: asked,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: (ErrorBody & { readonly result?: unknown }) | undefined = bodyObject(response);
  if (response.status !== 200 && response.status !== 201)
    throw new RemoteFailure(classify(response, json, { effect: asked, nowMs: ctx.now() }));
  if (json === undefined || !('result' in json)) throw notServicenow(response, asked);
  return json.result as T;
}

/** Calls an endpoint of the scoped application; where it is not installed, the failure says so. Throws RemoteFailure. */
export async function callHub<T>(ctx: ServicenowContext, { path, ...rest }: Call): Promise<T> {
  try {
    return await call<T>(ctx, { ...rest, path: `${HUB_PATH}${path}` });
  } catch (error) {
    const remote = error instanceof RemoteFailure ? error.remoteError.remote : undefined;
    if (remote?.code !== 'no_resource') throw error;
    throw new RemoteFailure(
      remoteError('config', 'The scoped application of Holdfast is not installed on this instance.', {
        scope: 'connection',
        fix: 'Install connectors/servicenow/app there, or set the way in to "table" and send tickets alone.',
        remote,
      }),
    );
  }
}

/** An answer per item of a request to the application, in the order of the request. Throws RemoteFailure. */
export async function callHubFor<T>(
  ctx: ServicenowContext,
  path: string,
  items: readonly unknown[],
  effect?: 'read',
): Promise<T[]> {
  const request = {
    method: 'POST',
    path,
    body: { items },
    ...(effect === undefined ? {} : { effect }),
  } as const;
  const { items: found } = await callHub<{ readonly items?: T[] }>(ctx, request);
  if (Array.isArray(found) && found.length === items.length) return found;
  throw new RemoteFailure(
    remoteError(
      effect === 'read' ? 'transient' : 'unknown_outcome',
      'The application answered for other records than were sent.',
      {
        scope: 'batch',
      },
    ),
  );
}

/** A page to sign in comes with status 200. */
function notServicenow(response: HttpResponse, effect: 'read' | 'write'): RemoteFailure {
  return new RemoteFailure(
    remoteError(
      effect === 'write' ? 'unknown_outcome' : 'config',
      'What answered is not the REST API of ServiceNow.',
      {
        scope: 'connection',
        fix: 'Check the address, and that the integration user may use the REST API; a page to sign in may have answered.',
        remote: { status: response.status },
      },
    ),
  );
}

/** The driver's HTTP client over the host's: one request a call, never repeated, and what became of it remembered. */
import { gzipSync } from 'node:zlib';
import { classifyResponse } from '../kit/classify-response.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { bodyText, type HttpResponse } from '../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode, isSessionEnd } from './classify-code.ts';
import type { SnowflakeConfig } from './config.ts';
import type { DriverHttpClient, DriverRequest, DriverResponse } from './load-driver.ts';

/** The way of one session to Snowflake. */
export interface Wire extends DriverHttpClient {
  /** Whether the requests from now on may change the remote side. */
  effect: 'read' | 'write';
  /** Whether Snowflake is told that the session ends; if not, its end is the driver's alone. */
  tellsEnd: boolean;
  /** Takes what the last failed request came to; undefined where every one was answered as Snowflake answers. */
  takeFailure(): RemoteFailure | undefined;
}

/** Makes the way for one session of this context. */
export function createWire(ctx: ConnectorContext<SnowflakeConfig>): Wire {
  let failure: RemoteFailure | undefined;
  const wire: Wire = {
    effect: 'read',
    tellsEnd: true,
    takeFailure() {
      const taken = failure;
      failure = undefined;
      return taken;
    },
    request(request) {
      const { effect, tellsEnd } = wire;
      const answered =
        !tellsEnd && new URL(request.url).pathname === '/session'
          ? Promise.resolve(answerOf(SILENT))
          : exchange(ctx, request, effect);
      void answered.then(
        ({ response, body }) => request.callback(null, response, body),
        (error: unknown) => {
          failure = isRemoteFailure(error) ? error : fault(error, effect);
          // The driver is told as little as its own errors need: they may be quoted.
          request.callback(new Error('The request failed.'), null, null);
        },
      );
      return { abort: () => undefined };
    },
  };
  return wire;
}

async function exchange(
  ctx: ConnectorContext<SnowflakeConfig>,
  request: DriverRequest,
  effect: 'read' | 'write',
): Promise<{ response: DriverResponse; body: unknown }> {
  const url = new URL(request.url);
  // What the driver tells about itself is for its maker's statistics, and not worth a request of the budget.
  if (url.pathname === '/telemetry/send') return answerOf(SILENT);
  for (const [name, value] of Object.entries(request.params ?? {})) url.searchParams.set(name, value);
  const answer = await ctx.http.request({
    method: request.method,
    url: url.href,
    headers: headersOf(request),
    effect,
    ...(request.json === undefined ? {} : { body: gzipSync(JSON.stringify(signInOf(request.json))) }),
  });
  const read = answerOf(answer);
  const code = codeOf(read.body);
  // Not told to the driver, which would renew the session and send the statement again, on and on where that fails too.
  if (isSessionEnd(code)) throw new RemoteFailure(classifyCode(code));
  if (answer.status !== 200) throw new RemoteFailure(classifyResponse(answer, { effect, nowMs: ctx.now() }));
  if (url.origin === new URL(ctx.config.url).origin && typeof read.body !== 'object') throw stranger(effect);
  return read;
}

const SILENT: HttpResponse = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"success":true}'),
};

function headersOf({ headers = {}, json }: DriverRequest): Record<string, string> {
  return {
    ...headers,
    'user-agent': 'JavaScript/3.3.0',
    ...(json === undefined ? {} : { 'content-encoding': 'gzip' }),
  };
}

/**
 * What an account or a user may have set otherwise, and the statements rely on: each counts at once, as what nobody commits is
 * undone when its session ends; instants and dates are read in the form that they are written in; quoted names stay as they are.
 */
const RELIED_ON = {
  AUTOCOMMIT: true,
  TIMESTAMP_INPUT_FORMAT: 'AUTO',
  DATE_INPUT_FORMAT: 'AUTO',
  QUOTED_IDENTIFIERS_IGNORE_CASE: false,
} as const;

/** The sign-in without what it would tell of this machine: paths, versions, the operating system. */
function signInOf(json: unknown): unknown {
  const data = Reflect.get(Object(json), 'data') as unknown;
  if (typeof data !== 'object' || data === null || !('CLIENT_ENVIRONMENT' in data)) return json;
  const parameters = { ...Object(Reflect.get(data, 'SESSION_PARAMETERS')), ...RELIED_ON };
  const own = { CLIENT_ENVIRONMENT: { APPLICATION: 'Holdfast' }, SESSION_PARAMETERS: parameters };
  return { ...Object(json), data: { ...data, ...own } };
}

function answerOf(answer: HttpResponse): { response: DriverResponse; body: unknown } {
  const text = bodyText(answer);
  const body = /[/+]json\b|application\/snowflake\b/.test(answer.headers['content-type'] ?? '')
    ? parse(text)
    : text;
  const { status: statusCode, headers } = answer;
  return {
    response: { statusCode, headers, body, getResponseHeader: (name) => headers[name.toLowerCase()] },
    body,
  };
}

/** Snowflake's own code of an answer, where it has one. */
function codeOf(body: unknown): string | undefined {
  const code: unknown = Reflect.get(Object(body), 'code');
  return typeof code === 'string' ? code : undefined;
}

function parse(text: string): unknown {
  try {
    // An id of a key of the stage is a whole number beyond what a double holds.
    return JSON.parse(text.replace(/"smkId"\s*:\s*(\d+)/g, '"smkId":"$1"'));
  } catch {
    return text;
  }
}

function stranger(effect: 'read' | 'write'): RemoteFailure {
  return new RemoteFailure(
    remoteError(effect === 'write' ? 'unknown_outcome' : 'config', 'What answered is not Snowflake.', {
      scope: 'connection',
      fix: 'Check the address; a proxy or another product may stand there.',
    }),
  );
}

/** A refusal of the host, such as of a write in a preview, keeps its own kind. */
function fault(error: unknown, effect: 'read' | 'write'): RemoteFailure {
  const errorClass = effect === 'write' ? 'unknown_outcome' : 'transient';
  return new RemoteFailure(remoteError(errorClass, 'The request failed.', { scope: 'connection' }), {
    cause: error,
  });
}

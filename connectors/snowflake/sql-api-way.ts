/**
 * The way by Snowflake's SQL API (`/api/v2/statements`): one HTTP request a statement, without driver and session. It has no
 * stage and no temporary table, so it is for small volumes.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { classifyResponse } from '../kit/classify-response.ts';
import type { ConnectorContext, OwnClientLoan } from '../kit/context.ts';
import type { HttpRequest, HttpResponse } from '../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { classifyCode } from './classify-code.ts';
import { STATEMENT_LIMITS, type SnowflakeConfig } from './config.ts';
import { keyToken, unreadableKey } from './key-token.ts';
import type { Bind, Effect, Row, Way } from './session.ts';
import { readOther, readPart, readRows, rowsOf } from './sql-api-rows.ts';

/** How often the end of a statement is asked for. */
const POLL_MS = 500;
/** Snowflake itself stops a statement before this; then it is somebody else's to find out what became of it. */
const GIVE_UP_MS = 45_000;
/** Done, refused, stopped by its time; any other answer is about the question and not about the statement. */
const ENDED: ReadonlySet<number> = new Set([200, 422, 408]);
/** What a reading of a statement's end may fail in a row. */
const MOST_LOST = 3;

type Ctx = ConnectorContext<SnowflakeConfig>;
type Ask = (
  request: Pick<HttpRequest, 'method' | 'effect'> & { path: string; body?: string },
) => Promise<HttpResponse>;

/** Makes the way; nothing is sent before the first statement. Throws RemoteFailure for a key that cannot be read. */
export function sqlApiWay(ctx: Ctx, { credential }: OwnClientLoan): Way {
  if (credential.type !== 'keypair_jwt') throw unreadableKey();
  const { config } = ctx;
  const about = { account: config.account, user: credential.subject, privateKey: credential.privateKey };
  const headers = {
    authorization: `Bearer ${keyToken(about, ctx.now())}`,
    'x-snowflake-authorization-token-type': 'KEYPAIR_JWT',
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': 'Holdfast/1.0',
  };
  const ask: Ask = ({ path, ...request }) =>
    ctx.http.request({ ...request, url: `${config.url}/api/v2/statements${path}`, headers });
  return {
    run: (effect, statement, binds) => runStatement(ctx, ask, effect, bodyOf(config, statement, binds)),
    upload: () => Promise.reject(new HoldfastError('internal', 'The SQL API has no way to a stage.')),
    isNew: () => true,
    close: () => Promise.resolve(),
    keep: () => Promise.resolve(),
  };
}

/** Every statement says where it works: there is no session that would know. */
function bodyOf(
  { database, schema, warehouse, role }: SnowflakeConfig,
  statement: string,
  binds: readonly Bind[],
): string {
  const bindings = Object.fromEntries(
    binds.map((value, at) => [
      String(at + 1),
      { type: 'TEXT', value: value === null ? null : String(value) },
    ]),
  );
  const names = { database, schema, warehouse, role };
  return JSON.stringify({
    statement,
    timeout: STATEMENT_LIMITS.STATEMENT_TIMEOUT_IN_SECONDS,
    ...Object.fromEntries(Object.entries(names).map(([name, value]) => [name, value.toUpperCase()])),
    ...(binds.length === 0 ? {} : { bindings }),
  });
}

async function runStatement(ctx: Ctx, ask: Ask, effect: Effect, body: string): Promise<Row[]> {
  const path = `?requestId=${randomUUID()}`;
  const first = await ask({ method: 'POST', path, body, effect });
  const answered = first.status === 202 ? await waitFor(ctx, ask, effect, first) : first;
  if (answered.status !== 200) throw refused(ctx, answered, effect);
  try {
    const { statementHandle, resultSetMetaData, data } = readRows(answered);
    const rows = rowsOf(resultSetMetaData, data);
    for (let part = 1; part < resultSetMetaData.partitionInfo.length; part += 1) {
      const more = await ask({ method: 'GET', path: `/${statementHandle}?partition=${part}` });
      if (more.status !== 200) throw refused(ctx, more, 'read');
      rows.push(...rowsOf(resultSetMetaData, readPart(more)));
    }
    return rows;
  } catch (error) {
    if (effect === 'read' || !isRemoteFailure(error)) throw error;
    throw lost(error);
  }
}

/** Asks by the handle until the statement has ended. One whose end nobody learns of is unknown, not undone. */
async function waitFor(ctx: Ctx, ask: Ask, effect: Effect, first: HttpResponse): Promise<HttpResponse> {
  const { statementHandle } = readOther(first);
  if (statementHandle === undefined || !/^[0-9a-fA-F-]{1,64}$/.test(statementHandle)) throw lostOr(effect);
  const until = ctx.now() + GIVE_UP_MS;
  for (let failed = 0; ctx.now() < until && !ctx.signal.aborted;) {
    await delay(POLL_MS, undefined, { signal: ctx.signal }).catch(() => undefined);
    try {
      const answer = await ask({ method: 'GET', path: `/${statementHandle}` });
      if (ENDED.has(answer.status)) return answer;
      failed = answer.status === 202 || answer.status === 429 ? 0 : failed + 1;
    } catch (error) {
      if (!isRemoteFailure(error)) throw error;
      failed += 1;
    }
    if (failed >= MOST_LOST) break;
  }
  throw lostOr(effect);
}

function lostOr(effect: Effect): RemoteFailure {
  const title = 'The end of a statement was not learnt of in time.';
  return new RemoteFailure(
    remoteError(effect === 'write' ? 'unknown_outcome' : 'transient', title, { scope: 'connection' }),
  );
}

/** A write that was answered, in a way that cannot be read. */
function lost(cause: RemoteFailure): RemoteFailure {
  const { title, fix } = cause.remoteError;
  return new RemoteFailure(
    remoteError('unknown_outcome', title, { scope: 'connection', ...(fix === undefined ? {} : { fix }) }),
    { cause },
  );
}

/** Snowflake's own code says most; without one the status does. A statement that was refused was not applied. */
function refused(ctx: Ctx, answer: HttpResponse, effect: Effect): RemoteFailure {
  const { code } = readOther(answer);
  if (answer.status < 500 && answer.status !== 429 && code !== undefined && /^\d{6}$/.test(code))
    return new RemoteFailure(classifyCode(code));
  return new RemoteFailure(classifyResponse(answer, { effect, nowMs: ctx.now(), code }));
}

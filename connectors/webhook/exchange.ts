import { z } from 'zod';
import { classifyResponse } from '../kit/classify-response.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { bodyJson, type HttpResponse } from '../kit/http.ts';
import type { Answer, RemoteState } from '../kit/outcome.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { upsertState } from '../kit/standing.ts';
import type { WebhookConfig } from './config.ts';

export type WebhookContext = ConnectorContext<WebhookConfig>;

/** What the other side answers to a message, and to the question for one object. */
const receipt = z.object({
  id: z.string().min(1).max(200),
  revision: z.int().nonnegative(),
  result: z.enum(['created', 'updated', 'unchanged', 'superseded']).optional(),
});
type Receipt = z.infer<typeof receipt>;

/** Posts one message; the id under which it is sent makes a repetition harmless. Throws RemoteFailure. */
export async function post(
  ctx: WebhookContext,
  message: { readonly key: string; readonly type: string; readonly data: { readonly id: string } },
): Promise<Answer & { readonly outcome: 'done' }> {
  const { key, type, data } = message;
  const body = JSON.stringify({ type, timestamp: new Date(ctx.now()).toISOString(), data });
  const response = await ctx.http.request({
    method: 'POST',
    url: addressOf(ctx),
    headers: { 'webhook-id': `msg_${key}`, 'content-type': 'application/json' },
    body,
  });
  requireSuccess(ctx, response, 'write');
  if (ctx.config.answers === 'status') return { outcome: 'done', result: 'updated', remoteId: data.id };
  const read = readReceipt(response);
  if (read === undefined) throw notUnderstood('unknown_outcome', response);
  return {
    outcome: 'done',
    result: read.result ?? 'updated',
    remoteId: read.id,
    remoteVersion: String(read.revision),
  };
}

/** What the other side holds of one object; undefined where it has none. Throws RemoteFailure. */
export async function get(
  ctx: WebhookContext,
  kind: string,
  id: string,
): Promise<Pick<Receipt, 'id' | 'revision'> | undefined> {
  const response = await ctx.http.request({
    method: 'GET',
    url: `${addressOf(ctx).replace(/\/$/, '')}/${kind}/${id}`,
    headers: { 'webhook-id': `read_${id}_${ctx.now()}` },
  });
  if (response.status === 404) return undefined;
  requireSuccess(ctx, response, 'read');
  const read = readReceipt(response);
  if (read === undefined) throw notUnderstood('config', response);
  return read;
}

/** What became of an act that nobody answered, as far as the other side can be asked. */
export async function lookUp(
  ctx: WebhookContext,
  kind: string,
  record: { readonly id: string; readonly revision: number },
): Promise<RemoteState> {
  if (ctx.config.answers === 'status') {
    const title =
      'The other system did not answer and cannot be asked; sending it again under its id is safe.';
    return { state: 'unknown', error: remoteError('unknown_outcome', title) };
  }
  const found = await get(ctx, kind, record.id);
  return upsertState(record, found, found?.id ?? record.id);
}

function addressOf({ config }: WebhookContext): string {
  if (config.url !== undefined) return config.url;
  throw new RemoteFailure(
    remoteError('config', 'This connection has no address to send to.', {
      scope: 'connection',
      fix: 'Enter the address in its configuration.',
    }),
  );
}

function requireSuccess(ctx: WebhookContext, response: HttpResponse, effect: 'read' | 'write'): void {
  if (response.status >= 200 && response.status < 300) return;
  const error = classifyResponse(response, { effect, nowMs: ctx.now() });
  // One message, one fate: what it refuses of one says nothing of the next.
  throw new RemoteFailure(error.scope === 'batch' ? { ...error, scope: 'record' } : error);
}

function readReceipt(response: HttpResponse): Receipt | undefined {
  return receipt.safeParse(bodyJson(response)).data;
}

function notUnderstood(errorClass: 'unknown_outcome' | 'config', response: HttpResponse): RemoteFailure {
  return new RemoteFailure(
    remoteError(errorClass, 'The answer is not a receipt as docs/events.md describes it.', {
      fix: 'Have the other side answer with id and revision in JSON, or set answers to status.',
      remote: { status: response.status },
    }),
  );
}

import type { OperationDefinition } from '../../kit/connector.ts';
import type { OperationSpec } from '../../kit/manifest.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { IncidentTicket, Notice } from '../../kit/record.ts';
import { sendOneByOne } from '../../kit/send-one-by-one.ts';
import { upsertAction } from '../../kit/standing.ts';
import type { WebhookConfig } from '../config.ts';
import { get, lookUp, post, type WebhookContext } from '../exchange.ts';

/** An operation that sends each record as one message, keyed by the record's id and revision. */
export function sendMessage<R extends IncidentTicket | Notice>(
  operation: 'ticket' | 'notice',
  about: Pick<OperationSpec, 'kind' | 'title' | 'description' | 'dataClasses'>,
): OperationDefinition<WebhookConfig, R> {
  return {
    spec: {
      ...about,
      input: operation,
      idempotency: { via: 'header' },
      batch: { maxRecords: 100, maxBytes: 1024 * 1024 },
      visible: 'at_once',
    },
    plan: (ctx, records) => Promise.all(records.map((record) => planOne(ctx, operation, record))),
    execute: (ctx, planned) =>
      sendOneByOne(planned, ({ record, key }) => post(ctx, { key, type: `${operation}.sent`, data: record })),
    reconcile: (ctx, planned) => Promise.all(planned.map(({ record }) => lookUp(ctx, operation, record))),
  };
}

async function planOne<R extends IncidentTicket | Notice>(
  ctx: WebhookContext,
  operation: string,
  record: R,
): Promise<Planned<R>> {
  const call = { method: 'POST', target: operation };
  const plan = { record, key: ctx.keyOf(operation, record), remoteId: record.id, call };
  if (!ctx.dryRun || ctx.config.answers === 'status') return { ...plan, action: 'upsert' };
  return { ...plan, action: upsertAction(record, await get(ctx, operation, record.id)) };
}

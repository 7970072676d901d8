import type { WebhookEndpoint } from '../../../../recorder-core/records/webhook-endpoints.ts';
import type { MessageCounts } from '../../../../recorder-core/records/webhook-log.ts';
import type { WebhookMessage } from '../../../../recorder-core/records/webhook-messages.ts';
import { eventIdOf } from '../../../webhooks/out/render-event.ts';
import type { WebhookEndpointView, WebhookMessageView } from '../../schemas/webhook.ts';

const NONE: MessageCounts = { waiting: 0, failed: 0, sentLastDay: 0 };

/** An endpoint for people; never its keys. */
export function presentEndpoint(row: WebhookEndpoint, counts = NONE): WebhookEndpointView {
  const { id, name, description, url, types, signing, publicKeys, stateReason, failures } = row;
  return {
    ...{ id, name, description, url, types: [...types], signing, publicKeys: [...publicKeys] },
    state: row.state === 'enabled' ? 'enabled' : 'disabled',
    stateReason,
    stateSince: row.stateSince.toISOString(),
    failures,
    failingSince: row.failingSince?.toISOString() ?? null,
    pausedUntil: row.pausedUntil?.toISOString() ?? null,
    lastSuccess: row.lastSuccess?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    messages: counts,
  };
}

/** A message for people. */
export function presentMessage(message: WebhookMessage): WebhookMessageView {
  const { leafIndex, type, state, attempts } = message;
  return {
    ledgerIndex: leafIndex,
    eventId: eventIdOf(leafIndex, message.leafHash),
    type,
    eventAt: message.eventAt.toISOString(),
    state,
    attempts,
    dueAt: message.dueAt?.toISOString() ?? null,
    settledAt: message.settledAt?.toISOString() ?? null,
  };
}

import type pg from 'pg';
import type { WebhookDependencies } from '../../activities/webhooks/webhook-dependencies.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import { listAwakeEndpoints } from '../../recorder-core/records/webhook-messages.ts';
import { createEgressAgents } from '../connections/host/egress-agents.ts';
import { startEventHerald } from '../webhooks/out/event-herald.ts';
import { makeOpenPosting } from '../webhooks/out/open-posting.ts';
import type { TemporalClient } from '../worker/client.ts';
import { startWebhookSending } from '../worker/start-webhook-sending.ts';
import type { Resources } from './open-resources.ts';

/** Webhooks out, as a worker has them. */
export interface OpenWebhooks {
  /** For the activity that sends. */
  readonly webhooks: WebhookDependencies['webhooks'];
  /** Begins to turn the ledger's leaves into messages. */
  startHerald(dispatcher: pg.Pool, temporal: TemporalClient): void;
  /** Stops the herald. */
  stop(): Promise<void>;
  /** Closes idle sockets; nothing may be sent any more. */
  close(): void;
}

/** Opens what webhooks are sent with, under the operator's rules for egress. */
export function openWebhooks({ config, db, keys, log, metrics }: Resources): OpenWebhooks {
  const egress = { allowPrivateNetwork: config.egressPrivateNetwork };
  const agents = createEgressAgents(egress);
  const now = (): Date => new Date();
  let herald: ReturnType<typeof startEventHerald> | undefined;
  return {
    webhooks: {
      open: makeOpenPosting({ egress, agents, now }, keys),
      random: Math.random,
      onAttempt: (outcome) => {
        metrics.webhookAttempts.inc({ outcome });
      },
    },
    startHerald(dispatcher, { client }) {
      herald = startEventHerald({
        db,
        listAwake: () => listAwakeEndpoints(dispatcher),
        listTenants: () => listTenantIds(dispatcher),
        send: (ref) => startWebhookSending(client, ref),
        now,
        onQueued: (messages) => {
          metrics.webhooksQueued.inc(messages);
        },
        onFault: (error) => {
          log.warn({ error }, 'events could not be put on their way to an endpoint; trying again');
        },
      });
    },
    stop: async () => herald?.stop(),
    close: () => {
      agents.close();
    },
  };
}

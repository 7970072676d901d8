/** The acceptance bench of the webhook connector: a receiver behind the fault proxy. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import { webhook } from '../../../connectors/webhook/connector.ts';
import { makeSigningSecret } from '../../../hub/connections/signing-secret.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openSubject } from './open-subject.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'webhook');
const POISON = 'the word that is refused';
const NEVER_DELETED = 'tickets and notices are never deleted';

/** The cases that cannot apply to a connector of tickets, each with its reason. */
export const WEBHOOK_BYPASSES: Readonly<Record<string, string>> = {
  'delete-is-idempotent': NEVER_DELETED,
  'held-at-source': NEVER_DELETED,
  'held-at-peer': NEVER_DELETED,
  'hold-between-plan-and-delete': NEVER_DELETED,
  'released-hold': NEVER_DELETED,
  'deleted-stays-deleted': NEVER_DELETED,
  'fault-delete-cut-after': NEVER_DELETED,
};

/** Makes the bench. */
export function webhookBench(): Bench {
  const secret = makeSigningSecret(randomBytes);
  const refused = makeSigningSecret(randomBytes);
  return {
    connector: webhook,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    open: (variant, options) => open(variant, { secret, refused }, options?.timeoutMs),
    failingChecks: [
      { variant: 'wrong-host', check: 'reachable', class: 'transient' },
      { variant: 'bad-credential', check: 'reachable', class: 'auth' },
      { variant: 'no-permission', check: 'reachable', class: 'permission' },
    ],
    poison: (record) => ({ ...record, title: POISON }),
    wholesome: (record) => record,
    lyingSuccess: {
      kind: 'answer',
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    },
    canaries: () => [secret, refused, secret.slice(6), refused.slice(6)],
  };
}

async function open(
  variant: Variant,
  { secret, refused }: { readonly secret: string; readonly refused: string },
  timeoutMs?: number,
): Promise<Subject> {
  const receiver = await startWebhookReceiver({
    secret,
    forbids: variant === 'no-permission',
    ...(variant === 'poisoned' ? { refuses: POISON } : {}),
  });
  const proxy = await startFaultProxy(receiver.url, (method) => method === 'POST');
  const subject = await openSubject(webhook, proxy, {
    variant,
    timeoutMs,
    tenantId: randomUUID(),
    config: { url: proxy.url, sends: ['ticket', 'notice'] },
    credential: {
      type: 'webhook',
      sending: [{ secret: variant === 'bad-credential' ? refused : secret, until: null }],
      receiving: [],
    },
  });
  return {
    ...subject,
    remote: (id) => {
      const found = receiver.objects.get(`ticket/${id}`);
      return Promise.resolve(found === undefined ? undefined : { revision: found.revision, held: false });
    },
    count: () => Promise.resolve(receiver.objects.size),
    async close() {
      await subject.close();
      await receiver.close();
    },
  };
}

import { tellEndpoint } from '../../../../hub/webhooks/out/tell-endpoint.ts';
import { makeKeys } from '../../../../hub/webhooks/out/endpoint-keys.ts';
import { startWebhookSending } from '../../../../hub/worker/start-webhook-sending.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { insertEndpoint } from '../../../../recorder-core/records/webhook-endpoints.ts';
import { webhookSendingId } from '../../../../workflows/ids.ts';
import { startEventReceiver } from '../../event-receiver.ts';
import type { Workplace } from '../workplace.ts';

const EVENTS = 5;

/**
 * An endpoint is told of a few events. In a tenant of its own, so that nothing else happens there. What was sent and not noted
 * comes again under its id; answers what was told and what is noted of it.
 */
export async function webhookLife(place: Workplace): Promise<unknown> {
  const { bench, client, database } = place;
  const receiver = await startEventReceiver();
  try {
    const tenantId = await database.addTenant();
    const ref = { tenantId, endpointId: await addEndpoint(place, tenantId, receiver.url) };
    for (let n = 0; n < EVENTS; n += 1)
      await database.db.forTenant(tenantId, (tx) =>
        appendLeaf(tx, tenantId, {
          at: new Date(),
          act: 'hold.placed',
          object: { type: 'recording', id: bench.deps.newId(new Date()) },
          outcome: 'done',
          facts: { holdId: bench.deps.newId(new Date()) },
        }),
      );
    await sequenceTenant(database.db, tenantId);
    await tellEndpoint(database.db, ref, new Date());
    await startWebhookSending(client, ref);
    await client.workflow.getHandle(webhookSendingId(ref)).result();
    return {
      told: new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size,
      messages: await database.asOwner(
        'select state, count(*)::int from webhook_message where endpoint_id = $1 group by 1',
        [ref.endpointId],
      ),
    };
  } finally {
    await receiver.close();
  }
}

async function addEndpoint({ bench, database }: Workplace, tenantId: string, url: string): Promise<string> {
  const now = new Date();
  const id = bench.deps.newId(now);
  const { credential, publicKeys } = await makeKeys(
    bench.deps.keys,
    { tenantId, endpointId: id },
    'ed25519',
    now,
  );
  const endpoint = { id, name: 'Endpoint', description: '', url, types: ['hold.*'] } as const;
  await database.db.forTenant(tenantId, (tx) =>
    insertEndpoint(tx, tenantId, {
      ...endpoint,
      signing: 'ed25519',
      credential,
      publicKeys,
      createdAt: now,
    }),
  );
  return id;
}

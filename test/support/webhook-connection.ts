import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { makeSigningSecret } from '../../hub/connections/signing-secret.ts';
import type { ConnectionState } from '../../recorder-core/policy/connection-state.ts';
import { addConnectionRow } from './connection-row.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { makeRunOnConnection } from '../../hub/connections/run-on-connection.ts';
import { createConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { startWebhookReceiver, type WebhookReceiver } from './connectors/webhook-receiver.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestHub } from './test-hub.ts';

/** A system on the other side of a webhook connection. */
export interface TestSender {
  readonly connectionId: string;
  readonly secret: string;
  /** Where it sends to, below the hub's address. */
  readonly path: string;
  /** Sends an event as Standard Webhooks has it, or a changed one. */
  send(event: TestEvent, change?: TestMessage): Promise<Response>;
}

/** The payload of an event; `data` is what its type takes. */
export interface TestEvent {
  readonly type: string;
  readonly data: unknown;
  readonly sequence?: number;
  readonly timestamp?: string;
}

/** How a message differs from a good one. */
export interface TestMessage {
  readonly id?: string;
  readonly sentAt?: Date;
  readonly secret?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sets up a connection of the hub's tenant whose sender is this test. */
export async function openTestSender(
  hub: TestHub,
  accepts: readonly string[],
  more: { readonly tenantId?: string; readonly state?: ConnectionState } = {},
): Promise<TestSender> {
  const tenantId = more.tenantId ?? hub.database.tenantId;
  const connectionId = newId(Date.now());
  const secret = makeSigningSecret(randomBytes);
  const credential = { type: 'webhook', sending: [], receiving: [{ secret, until: null }] };
  await addConnectionRow(
    { db: hub.database.db, tenantId },
    {
      id: connectionId,
      connector: 'webhook',
      name: `Sender ${connectionId}`,
      config: { accepts },
      credential: { keys: hub.services.keys, value: credential },
      state: more.state ?? 'live',
    },
  );
  const path = `/events/${tenantId}/${connectionId}`;
  return {
    connectionId,
    secret,
    path,
    send: (event, change = {}) => {
      const body = change.body ?? JSON.stringify(event);
      const headers = signedHeaders(body, { secret, sentAt: hub.services.now(), ...change });
      return fetch(`${hub.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, ...change.headers },
        body,
      });
    },
  };
}

/** The three headers of Standard Webhooks, made without any code of ours. */
function signedHeaders(
  body: string,
  { id = `msg_${randomUUID()}`, sentAt, secret }: TestMessage & { sentAt: Date; secret: string },
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** A ticket system behind a connection of the hub's tenant. */
export interface TicketSystem {
  readonly connectionId: string;
  readonly receiver: WebhookReceiver;
  /** Runs operations as the worker does. */
  readonly run: ReturnType<typeof makeRunOnConnection>;
  close(): Promise<void>;
}

/** Starts one that takes tickets and notices; `hub` may be a hub of a test, or what of it is needed. */
export async function openTicketSystem(hub: {
  readonly database: TestDatabase;
  readonly services: Pick<TestHub['services'], 'keys'>;
}): Promise<TicketSystem> {
  const { db } = hub.database;
  const { keys } = hub.services;
  const connectionId = newId(Date.now());
  const secret = makeSigningSecret(randomBytes);
  const receiver = await startWebhookReceiver({ secret });
  const credential = { type: 'webhook', sending: [{ secret, until: null }], receiving: [] };
  await addConnectionRow(hub.database, {
    id: connectionId,
    connector: 'webhook',
    name: `Tickets ${connectionId}`,
    config: { url: receiver.url, sends: ['ticket', 'notice'] },
    credential: { keys, value: credential },
  });
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: systemClock,
    log: () => undefined,
  });
  return {
    connectionId,
    receiver,
    run: makeRunOnConnection({ db, keys, host, onOutcome: () => undefined }),
    async close() {
      await host.close();
      await receiver.close();
    },
  };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runOperation } from '../../hub/connections/host/run-operation.ts';
import { makeSigningSecret } from '../../hub/connections/signing-secret.ts';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import { observedHost } from '../../test/support/connectors/observed-host.ts';
import { WEBHOOK_BYPASSES, webhookBench } from '../../test/support/connectors/webhook-bench.ts';
import { startWebhookReceiver } from '../../test/support/connectors/webhook-receiver.ts';
import { sampleId, sampleTicket } from '../kit/acceptance/sample-records.ts';
import type { Notice } from '../kit/record.ts';
import { webhook } from './connector.ts';

describe('signed webhooks, over a receiver with the reference library', () => {
  acceptConnector(webhookBench(), WEBHOOK_BYPASSES);
});

describe('a signed webhook', () => {
  const [older, newer] = [makeSigningSecret(randomBytes), makeSigningSecret(randomBytes)];
  const sending = [
    { secret: newer, until: null },
    { secret: older, until: new Date(Date.now() + 3_600_000).toISOString() },
  ];
  const open = async (
    url: string,
    config: object,
    credential: object = { type: 'webhook', sending, receiving: [] },
  ) => {
    const { host } = observedHost();
    const tenantId = randomUUID();
    const ctx = await host.contextFor(webhook, {
      id: randomUUID(),
      tenantId,
      config: { url, ...config },
      credential,
    });
    const run = (operation: string, record: unknown) =>
      runOperation({ connector: webhook, ctx, operation, records: [record] });
    return { host, tenantId, run };
  };

  test('is believed by a receiver with the new secret and by one that still has the old', async () => {
    for (const secret of [older, newer]) {
      const receiver = await startWebhookReceiver({ secret });
      const { host, tenantId, run } = await open(receiver.url, {});
      expect(await run('ticket', sampleTicket(tenantId, 1))).toMatchObject([{ outcome: 'done' }]);
      await host.close();
      await receiver.close();
    }
  });

  test('takes a notice and its reminder', async () => {
    const receiver = await startWebhookReceiver({ secret: newer });
    const { host, tenantId, run } = await open(receiver.url, {});
    const notice = (revision: number): Notice => ({
      kind: 'notice',
      schemaVersion: 1,
      id: sampleId(1),
      tenantId,
      revision,
      to: { name: 'Cora Custodian', address: null },
      subject: 'Keep what you have',
      text: 'A matter was opened.',
      dueAt: null,
      link: null,
    });
    for (const [revision, result] of [
      [1, 'created'],
      [1, 'unchanged'],
      [2, 'updated'],
    ] as const)
      expect(await run('notice', notice(revision))).toMatchObject([{ outcome: 'done', receipt: { result } }]);
    expect(receiver.taken.map(({ type }) => type)).toEqual(['notice.sent', 'notice.sent']);
    await host.close();
    await receiver.close();
  });

  test('whose receiver only says 2xx is taken where the configuration says that this is enough', async () => {
    const { host, tenantId, run } = await open('http://127.0.0.1:9', { answers: 'status' });
    expect(await run('ticket', sampleTicket(tenantId, 1))).toMatchObject([{ outcome: 'rejected' }]);
    await host.close();
    const unsigned = await open('http://127.0.0.1:9', {}, { type: 'webhook', sending: [], receiving: [] });
    const outcomes = await unsigned.run('ticket', sampleTicket(unsigned.tenantId, 1));
    expect(outcomes).toMatchObject([{ outcome: 'unknown' }]);
    await unsigned.host.close();
  });
});

import { expect, test } from '@jest/globals';
import type { Connector } from '../../../connectors/kit/connector.ts';
import { brief } from '../../../connectors/kit/acceptance/with-subject.ts';
import { sampleId, sampleRecording } from '../../../connectors/kit/acceptance/sample-records.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { inertOperation } from '../../../test/support/connectors/inert-operation.ts';
import { reconcileFirst } from './reconcile-first.ts';

const TENANT = sampleId(7);
const away = remoteError('transient', 'Nobody answers.', { scope: 'connection' });

/** Two records a batch; `looks` answers each look, `sent` has what was sent. */
function run(doubtful: readonly boolean[], looks: (asked: number) => 'applied' | 'not_applied' | 'away') {
  const sent: string[] = [];
  let asked = 0;
  const connector = {
    manifest: {
      id: 'sample',
      version: '1.0.0',
      operations: { put: { ...inertOperation.spec, batch: { maxRecords: 2, maxBytes: 100_000 } } },
    },
    plan: async (_ctx: unknown, _operation: string, records: readonly { id: string }[]) =>
      records.map((record) => ({ record, key: 'k', action: 'upsert', remoteId: record.id })),
    reconcile: async (_ctx: unknown, _operation: string, planned: readonly { remoteId: string }[]) => {
      asked += 1;
      const state = looks(asked);
      if (state === 'away') throw new RemoteFailure(away);
      return planned.map(({ remoteId }) => ({ state, result: 'confirmed', remoteId }));
    },
    execute: async (_ctx: unknown, _operation: string, planned: readonly { remoteId: string }[]) => {
      sent.push(...planned.map(({ remoteId }) => remoteId));
      return planned.map(({ remoteId }) => ({ outcome: 'done', result: 'created', remoteId }));
    },
  } as unknown as Connector;
  const ctx = {
    tenantId: TENANT,
    connectionId: 'c1',
    now: () => 0,
    log: () => undefined,
    signal: new AbortController().signal,
  } as unknown as ConnectorContext;
  const records = doubtful.map((_one, n) => sampleRecording(TENANT, n));
  return reconcileFirst({ connector, ctx, operation: 'put', records }, doubtful).then((outcomes) => ({
    outcomes: brief(outcomes),
    asked,
    sent: sent.length,
  }));
}

test('what may have been sent is looked for, and sent only where it is not there', async () => {
  const found = await run([true, false, true, true], (asked) => (asked === 1 ? 'applied' : 'not_applied'));
  expect(found.outcomes).toEqual(['done:confirmed', 'done:created', 'done:confirmed', 'done:created']);
  expect(found.sent).toBe(2);
});

test('where the connection fails nothing more is looked for or sent, and what is in doubt stays so', async () => {
  const found = await run([true, true, true, true, false], () => 'away');
  expect(found).toEqual({
    outcomes: [...Array.from({ length: 4 }, () => 'unknown:transient'), 'rejected:transient'],
    asked: 1,
    sent: 0,
  });
});

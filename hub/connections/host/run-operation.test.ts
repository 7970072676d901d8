import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OperationDefinition } from '../../../connectors/kit/connector.ts';
import { defineConnector } from '../../../connectors/kit/define-connector.ts';
import type { Answer, RemoteState } from '../../../connectors/kit/outcome.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { brief } from '../../../connectors/kit/acceptance/with-subject.ts';
import {
  sampleId,
  sampleRecording,
  sampleWithdrawal,
} from '../../../connectors/kit/acceptance/sample-records.ts';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { inertOperation } from '../../../test/support/connectors/inert-operation.ts';
import { z } from 'zod';
import { createConnectorHost } from './connector-host.ts';
import { runOperation } from './run-operation.ts';

const TENANT = sampleId(7);
const CONNECTION = { id: 'c1', tenantId: TENANT, config: {}, credential: { type: 'none' } };

type Verbs = Partial<Pick<OperationDefinition<object, RecordingDocument>, 'plan' | 'execute' | 'reconcile'>>;

/** A connector of two records a batch whose verbs a test can replace. */
function connectorWith(verbs: Verbs) {
  const upsert: OperationDefinition<object, RecordingDocument> = {
    spec: { ...inertOperation.spec, batch: { maxRecords: 2, maxBytes: 100_000 } },
    plan: async (ctx, records) =>
      records.map((record) => ({
        record,
        key: ctx.keyOf('put', record),
        action: 'upsert',
        remoteId: record.id,
      })),
    execute: async (_ctx, planned) =>
      planned.map(({ remoteId }) => ({ outcome: 'done', result: 'created', remoteId })),
    reconcile: async (_ctx, planned) => planned.map(() => ({ state: 'not_applied' })),
    ...verbs,
  };
  const remove: OperationDefinition<object> = {
    ...upsert,
    spec: { ...upsert.spec, kind: 'delete', input: 'withdrawal' },
  } as OperationDefinition<object>;
  return defineConnector({
    id: 'sample',
    version: '1.0.0',
    title: 'Sample',
    description: 'For tests.',
    support: 'core',
    config: z.strictObject({}),
    auth: [{ type: 'none', title: 'None' }],
    hosts: [],
    rate: { requestsPerSecond: 10, burst: 10 },
    checks: [
      {
        spec: { id: 'fine', title: 'Fine', severity: 'required' },
        run: async () => ({ status: 'ok', detail: 'Fine.' }),
      },
    ],
    operations: { put: upsert, remove },
  });
}

async function run(verbs: Verbs, records: unknown[], operation = 'put', signal?: AbortSignal) {
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: false },
    log: () => undefined,
    clock: { now: () => Date.parse('2026-01-01T00:00:00Z'), wait: () => Promise.resolve() },
  });
  const connector = connectorWith(verbs);
  const ctx = await host.contextFor(connector, CONNECTION, signal === undefined ? {} : { signal });
  return runOperation({ connector, ctx, operation, records });
}

const samples = (count: number) => Array.from({ length: count }, (_none, n) => sampleRecording(TENANT, n));
const unknown: Answer = { outcome: 'unknown', error: remoteError('unknown_outcome', 'Lost.') };

describe('runOperation', () => {
  test('a finished act has a receipt that says who, what, where and when', async () => {
    const [outcome] = await run({}, samples(1));
    expect(outcome).toEqual({
      outcome: 'done',
      recordId: sampleId(0),
      receipt: {
        receiptVersion: 1,
        tenantId: TENANT,
        connectionId: 'c1',
        connector: 'sample',
        connectorVersion: '1.0.0',
        operation: 'put',
        recordId: sampleId(0),
        revision: 1,
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        result: 'created',
        remoteId: sampleId(0),
        remoteVersion: null,
        proof: 'answered',
        at: '2026-01-01T00:00:00.000Z',
      },
    });
  });

  test('unknown answers are reconciled: applied, not applied, and still unknown', async () => {
    const states: RemoteState[] = [
      { state: 'applied', result: 'confirmed', remoteId: 'r' },
      { state: 'not_applied' },
    ];
    const outcomes = await run(
      {
        execute: async (_ctx, planned) => planned.map(() => unknown),
        reconcile: async (_ctx, planned) => states.slice(0, planned.length),
      },
      samples(2),
    );
    expect(brief(outcomes)).toEqual(['done:confirmed', 'rejected:transient']);
    const lost = await run(
      {
        execute: async (_ctx, planned) => planned.map(() => unknown),
        reconcile: () => Promise.reject(new RemoteFailure(remoteError('transient', 'Down.'))),
      },
      samples(1),
    );
    expect(brief(lost)).toEqual(['unknown:unknown_outcome']);
  });

  test('what did not take effect after a failure over there is told as of the batch; a cut blames no record', async () => {
    const scopes = async (scope: 'batch' | 'connection') => {
      const lost = remoteError('unknown_outcome', 'Failed.', { scope });
      const outcomes = await run({ execute: () => Promise.reject(new RemoteFailure(lost)) }, samples(2));
      return outcomes.map((one) => one.outcome !== 'done' && [one.error.class, one.error.scope]);
    };
    expect(await scopes('batch')).toEqual(new Array(2).fill(['transient', 'batch']));
    expect(await scopes('connection')).toEqual(new Array(2).fill(['transient', 'record']));
  });

  test('a fault of the connector is unknown when it may have sent, and transient when it only planned', async () => {
    const fault = () => Promise.reject(new TypeError('oops'));
    const reconcile = () => Promise.reject(new TypeError('oops'));
    expect(brief(await run({ execute: fault, reconcile }, samples(1)))).toEqual(['unknown:unknown_outcome']);
    expect(brief(await run({ execute: async () => [], reconcile }, samples(1)))).toEqual([
      'unknown:unknown_outcome',
    ]);
    expect(brief(await run({ plan: fault }, samples(1)))).toEqual(['rejected:transient']);
    expect(brief(await run({ plan: async () => [] }, samples(1)))).toEqual(['rejected:transient']);
  });

  test('after a failure of the connection the remaining batches are not tried', async () => {
    let batches = 0;
    const outcomes = await run(
      {
        execute: async () => {
          batches += 1;
          throw new RemoteFailure(remoteError('auth', 'No.', { scope: 'connection' }));
        },
      },
      samples(5),
    );
    expect(brief(outcomes)).toEqual(new Array(5).fill('rejected:auth'));
    expect(batches).toBe(1);
  });

  test('a held withdrawal never reaches the connector', async () => {
    let asked = 0;
    const count = async () => {
      asked += 1;
      return [];
    };
    const outcomes = await run({ plan: count }, [sampleWithdrawal(TENANT, 1, { held: true })], 'remove');
    expect([brief(outcomes), asked]).toEqual([['rejected:held'], 0]);
  });

  test('stopped work sends nothing more', async () => {
    const outcomes = await run({}, samples(3), 'put', AbortSignal.abort());
    expect(brief(outcomes)).toEqual(new Array(3).fill('rejected:transient'));
  });

  test('text that would break a batch is refused for its record alone', async () => {
    const bad = sampleRecording(TENANT, 1, { parties: [{ name: 'a\u0000b', address: null }] });
    const half = sampleRecording(TENANT, 2, { callId: '\ud800' });
    const outcomes = await run({}, [bad, sampleRecording(TENANT, 0), half]);
    expect(brief(outcomes)).toEqual(['rejected:invalid_record', 'done:created', 'rejected:invalid_record']);
  });

  test('an unknown operation is refused by name', async () => {
    await expect(run({}, [], 'toString')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('whatever the connector answers, there is one outcome per record, in order', async () => {
    const fates = fc.array(fc.constantFrom('done', 'rejected', 'unknown', 'throw', 'invalid'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fates, async (plan) => {
        const records = plan.map((fate, n) =>
          fate === 'invalid' ? { id: sampleId(n) } : sampleRecording(TENANT, n),
        );
        const fateOf = (id: string) => plan[Number.parseInt(id.slice(-12), 16)];
        const outcomes = await run(
          {
            execute: async (_ctx, planned) =>
              planned.map(({ remoteId }) => {
                const fate = fateOf(remoteId);
                if (fate === 'throw') throw new Error('fault');
                if (fate === 'unknown') return unknown;
                if (fate === 'rejected')
                  return { outcome: 'rejected', error: remoteError('invalid_record', 'No.') };
                return { outcome: 'done', result: 'created', remoteId };
              }),
          },
          records,
        );
        expect(outcomes.map(({ recordId }) => recordId)).toEqual(plan.map((_fate, n) => sampleId(n)));
      }),
      { numRuns: 100 },
    );
  });
});

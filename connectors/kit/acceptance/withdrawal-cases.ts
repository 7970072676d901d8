import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from './sample-records.ts';
import { brief, operationOf, withSubject } from './with-subject.ts';

/** Deletions: done once, and never against a hold. */
export const withdrawalCases: readonly AcceptanceCase[] = [
  {
    id: 'delete-is-idempotent',
    title: 'a deletion deletes once, and again finds nothing',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        await run(operationOf(bench, 'upsert'), [sampleRecording(tenantId, 1), sampleRecording(tenantId, 2)]);
        const remove = operationOf(bench, 'delete');
        const outcomes = [
          ...(await run(remove, [sampleWithdrawal(tenantId, 1)])),
          ...(await run(remove, [sampleWithdrawal(tenantId, 1)])),
          ...(await run(remove, [sampleWithdrawal(tenantId, 9)])),
        ];
        assert.deepEqual(brief(outcomes), ['done:deleted', 'done:absent', 'done:absent']);
        assert.equal(await count(), 1);
      }),
  },
  {
    id: 'held-at-source',
    title: 'a withdrawal of a held recording deletes nothing, whether the host or the connector is asked',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, ctx, run, remote }) => {
        const remove = operationOf(bench, 'delete');
        await run(operationOf(bench, 'upsert'), [sampleRecording(tenantId, 1)]);
        const withdrawal = sampleWithdrawal(tenantId, 1, { held: true });
        const outcomes = await run(remove, [withdrawal]);
        const planned = await bench.connector.plan(ctx, remove, [withdrawal]);
        assert.deepEqual(brief(outcomes), ['rejected:held']);
        assert.deepEqual(
          planned.map(({ action }) => action),
          ['refuse'],
        );
        assert.ok(await remote(sampleId(1)));
      }),
  },
  {
    id: 'held-at-peer',
    title: 'a withdrawal older than a hold that the peer knows deletes nothing, and the others go',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, remote }) => {
        const held = sampleRecording(tenantId, 2, { revision: 200, held: true });
        const records = [sampleRecording(tenantId, 1), held, sampleRecording(tenantId, 3)];
        await run(operationOf(bench, 'upsert'), records);
        const withdrawals = [1, 2, 3].map((n) => sampleWithdrawal(tenantId, n));
        const outcomes = await run(operationOf(bench, 'delete'), withdrawals);
        assert.deepEqual(brief(outcomes), ['done:deleted', 'rejected:held', 'done:deleted']);
        assert.deepEqual(await remote(sampleId(2)), { revision: 200, held: true });
      }),
  },
  {
    id: 'hold-between-plan-and-delete',
    title: 'a hold that arrives between plan and deletion saves the recording',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, ctx, run, remote }) => {
        const [upsert, remove] = [operationOf(bench, 'upsert'), operationOf(bench, 'delete')];
        await run(upsert, [sampleRecording(tenantId, 1)]);
        const planned = await bench.connector.plan(ctx, remove, [sampleWithdrawal(tenantId, 1)]);
        await run(upsert, [sampleRecording(tenantId, 1, { revision: 200, held: true })]);
        const answers = await bench.connector.execute(ctx, remove, planned);
        assert.deepEqual(
          answers.map(({ outcome }) => outcome),
          ['rejected'],
        );
        assert.deepEqual(await remote(sampleId(1)), { revision: 200, held: true });
      }),
  },
  {
    id: 'released-hold',
    title: 'a released hold that the peer has not heard of does not keep the recording for ever',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        const held = sampleRecording(tenantId, 1, { revision: 50, held: true });
        await run(operationOf(bench, 'upsert'), [held]);
        const outcomes = await run(operationOf(bench, 'delete'), [sampleWithdrawal(tenantId, 1)]);
        assert.deepEqual(brief(outcomes), ['done:deleted']);
        assert.equal(await count(), 0);
      }),
  },
  {
    id: 'deleted-stays-deleted',
    title: 'an upsert that was under way when its recording was deleted does not bring it back',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, remote }) => {
        const upsert = operationOf(bench, 'upsert');
        await run(upsert, [sampleRecording(tenantId, 1, { revision: 2 })]);
        await run(operationOf(bench, 'delete'), [sampleWithdrawal(tenantId, 1, { revision: 3 })]);
        const late = await run(upsert, [sampleRecording(tenantId, 1, { revision: 1 })]);
        assert.deepEqual(brief(late), ['done:superseded']);
        assert.equal(await remote(sampleId(1)), undefined);
      }),
  },
];

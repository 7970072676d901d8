import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import { sampleId, sampleWithdrawal } from './sample-records.ts';
import { brief, hasOperation, operationOf, sampleOf, withSubject } from './with-subject.ts';

/** Upserts on a peer that behaves: plans, repetition, order, revisions. */
export const deliveryCases: readonly AcceptanceCase[] = [
  {
    id: 'plan-writes-nothing',
    title: 'a plan writes nothing and says what would be done',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, ctx, preview, run, writes, count }) => {
        const upsert = operationOf(bench, 'upsert');
        const records = [sampleOf(bench, tenantId, 1), sampleOf(bench, tenantId, 2)];
        const before = await bench.connector.plan(preview, upsert, records);
        await bench.connector.plan(ctx, upsert, records);
        if (hasOperation(bench, 'delete'))
          await bench.connector.plan(ctx, operationOf(bench, 'delete'), [sampleWithdrawal(tenantId, 1)]);
        assert.deepEqual([writes(), await count()], [0, 0]);
        assert.deepEqual(
          before.map(({ action }) => action),
          ['create', 'create'],
        );
        await run(upsert, records.slice(0, 1));
        const done = writes();
        const changed = records.map((record) => ({ ...record, revision: 2 }));
        const after = await bench.connector.plan(preview, upsert, changed);
        const same = await bench.connector.plan(preview, upsert, records);
        assert.deepEqual(
          after.map(({ action }) => action),
          ['update', 'create'],
        );
        assert.deepEqual(
          same.map(({ action }) => action),
          ['none', 'create'],
        );
        assert.deepEqual([writes(), await count()], [done, 1]);
      }),
  },
  {
    id: 'dry-run-refuses-writes',
    title: 'a dry run cannot write, even when it is asked to execute',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, preview, writes, count }) => {
        const upsert = operationOf(bench, 'upsert');
        const planned = await bench.connector.plan(preview, upsert, [sampleOf(bench, tenantId, 1)]);
        const answers = await bench.connector.execute(preview, upsert, planned).catch(() => []);
        assert.deepEqual(
          answers.filter(({ outcome }) => outcome === 'done'),
          [],
        );
        assert.deepEqual([writes(), await count()], [0, 0]);
      }),
  },
  {
    id: 'twice-is-once',
    title: 'the same record sent twice is one remote object, with equal keys in both receipts',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count, remote }) => {
        const upsert = operationOf(bench, 'upsert');
        const first = await run(upsert, [sampleOf(bench, tenantId, 1)]);
        const second = await run(upsert, [sampleOf(bench, tenantId, 1)]);
        assert.deepEqual([...brief(first), ...brief(second)], ['done:created', 'done:unchanged']);
        assert.equal(await count(), 1);
        assert.deepEqual(await remote(sampleId(1)), { revision: 1, held: false });
        const keys = [...first, ...second].map((one) => (one.outcome === 'done' ? one.receipt.key : ''));
        assert.equal(keys[0], keys[1]);
      }),
  },
  {
    id: 'two-workers-at-once',
    title: 'two workers that send the same record at once make one remote object',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        const upsert = operationOf(bench, 'upsert');
        const both = await Promise.all([1, 2].map(() => run(upsert, [sampleOf(bench, tenantId, 1)])));
        const results = brief(both.flat()).toSorted();
        assert.deepEqual(results, ['done:created', 'done:unchanged']);
        assert.equal(await count(), 1);
      }),
  },
  {
    id: 'older-never-wins',
    title: 'an older revision never overwrites a newer one',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, remote }) => {
        const upsert = operationOf(bench, 'upsert');
        const at = (revision: number, held: boolean) => sampleOf(bench, tenantId, 1, { revision, held });
        const results = [
          ...(await run(upsert, [at(5, false)])),
          ...(await run(upsert, [at(7, true)])),
          ...(await run(upsert, [at(6, false)])),
        ];
        assert.deepEqual(brief(results), ['done:created', 'done:updated', 'done:superseded']);
        const { held } = at(7, true);
        assert.deepEqual(await remote(sampleId(1)), { revision: 7, held });
      }),
  },
  {
    id: 'order-kept-on-invalid',
    title: 'records that do not parse or belong to another tenant are rejected alone, in their places',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        const foreign = sampleOf(bench, sampleId(99), 3);
        const records = [
          sampleOf(bench, tenantId, 1),
          { id: 'nonsense' },
          foreign,
          sampleOf(bench, tenantId, 2),
        ];
        const outcomes = await run(operationOf(bench, 'upsert'), records);
        assert.deepEqual(brief(outcomes), [
          'done:created',
          'rejected:invalid_record',
          'rejected:invalid_record',
          'done:created',
        ]);
        assert.deepEqual(
          outcomes.map(({ recordId }) => recordId),
          [sampleId(1), 'nonsense', sampleId(3), sampleId(2)],
        );
        assert.equal(await count(), 2);
      }),
  },
  {
    id: 'order-kept-on-poison',
    title: 'a record that the peer refuses is rejected alone, in its place',
    run: (bench) =>
      withSubject(bench, 'poisoned', async ({ tenantId, run, count }) => {
        const { poison, wholesome } = bench;
        assert.ok(poison && wholesome, 'the bench offers no poisoned variant');
        const good = (n: number) => wholesome(sampleOf(bench, tenantId, n));
        const records = [good(1), poison(sampleOf(bench, tenantId, 2)), good(3)];
        const outcomes = await run(operationOf(bench, 'upsert'), records);
        assert.deepEqual(brief(outcomes), ['done:created', 'rejected:invalid_record', 'done:created']);
        assert.deepEqual(
          outcomes.map(({ recordId }) => recordId),
          [1, 2, 3].map(sampleId),
        );
        assert.equal(await count(), 2);
      }),
  },
  {
    id: 'many-records',
    title: 'a thousand records arrive, each once, in more than one batch',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        const records = Array.from({ length: 1050 }, (_none, n) => sampleOf(bench, tenantId, n));
        const outcomes = await run(operationOf(bench, 'upsert'), records);
        assert.deepEqual(new Set(brief(outcomes)), new Set(['done:created']));
        assert.equal(await count(), 1050);
      }),
  },
];

import assert from 'node:assert/strict';
import type { ConnectorContext } from '../context.ts';
import type { InventoryItem } from '../inventory.ts';
import type { OutboundRecord } from '../record.ts';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from './sample-records.ts';
import { brief, operationOf, withSubject } from './with-subject.ts';

/** A second copy that is filled beside what is in use, and put in its place. */
export function rebuildCases(bench: Bench): AcceptanceCase[] {
  return bench.connector.manifest.rebuilds ? [takesPlace, deletionReachesCopy, heldInCopy] : [];
}

const COPY = 'a'.repeat(32);

/** What is done with the copy; the host does the same through contexts of its own. */
function copyOf({ connector }: Bench, ctx: ConnectorContext) {
  const inCopy = { ...ctx, copy: COPY };
  return {
    step: (which: 'begin' | 'putInPlace' | 'clear') => connector.rebuild(inCopy, which),
    holds: () => holds(connector.inventory(inCopy)),
    async write(operation: string, records: readonly OutboundRecord[]) {
      const planned = await connector.plan(inCopy, operation, records);
      assert.deepEqual(new Set(planned.map(({ action }) => action)), new Set(['upsert']));
      const answers = await connector.execute(inCopy, operation, planned);
      assert.deepEqual(new Set(answers.map(({ outcome }) => outcome)), new Set(['done']));
    },
  };
}

async function holds(inventory: AsyncIterable<readonly InventoryItem[]>): Promise<[string, number][]> {
  const items: [string, number][] = [];
  for await (const page of inventory)
    items.push(...page.map(({ id, revision }): [string, number] => [id, revision]));
  return items;
}

const takesPlace: AcceptanceCase = {
  id: 'rebuild-takes-place',
  title:
    'a copy is filled beside what is in use, is seen by nobody until it takes its place, and every step may be repeated',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, ctx, run, remote, count }) => {
      const upsert = operationOf(bench, 'upsert');
      await run(
        upsert,
        [1, 2].map((n) => sampleRecording(tenantId, n)),
      );
      const copy = copyOf(bench, ctx);
      assert.equal(await copy.step('begin'), 'filling');
      assert.equal(await copy.step('begin'), 'filling');
      const newer = sampleRecording(tenantId, 2, { revision: 5 });
      await copy.write(upsert, [newer, sampleRecording(tenantId, 3)]);
      await copy.write(upsert, [newer]);
      assert.deepEqual(await copy.holds(), [
        [sampleId(2), 5],
        [sampleId(3), 1],
      ]);
      assert.deepEqual([await count(), (await remote(sampleId(2)))?.revision], [2, 1]);
      assert.deepEqual(await holds(bench.connector.inventory(ctx)), [
        [sampleId(1), 1],
        [sampleId(2), 1],
      ]);

      await copy.step('putInPlace');
      await copy.step('putInPlace');
      assert.equal(await copy.step('begin'), 'in_place');
      await copy.step('clear');
      await copy.step('clear');
      assert.deepEqual([await remote(sampleId(1)), (await remote(sampleId(2)))?.revision], [undefined, 5]);
      assert.deepEqual(brief(await run(upsert, [sampleRecording(tenantId, 4)])), ['done:created']);
      assert.equal(await count(), 3);
    }),
};

const deletionReachesCopy: AcceptanceCase = {
  id: 'rebuild-deletion',
  title:
    'a deletion while a copy is filled deletes there as well, so that nothing comes back by the exchange',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, ctx, run, remote }) => {
      const upsert = operationOf(bench, 'upsert');
      await run(upsert, [sampleRecording(tenantId, 1)]);
      const copy = copyOf(bench, ctx);
      await copy.step('begin');
      await copy.write(upsert, [sampleRecording(tenantId, 1)]);
      const deleted = await run(operationOf(bench, 'delete'), [sampleWithdrawal(tenantId, 1)]);
      assert.deepEqual(brief(deleted), ['done:deleted']);
      assert.deepEqual(await copy.holds(), []);
      await copy.step('putInPlace');
      assert.equal(await remote(sampleId(1)), undefined);
    }),
};

const heldInCopy: AcceptanceCase = {
  id: 'rebuild-held',
  title: 'a hold that only the copy knows of keeps the recording in both',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, ctx, run, remote }) => {
      const upsert = operationOf(bench, 'upsert');
      await run(upsert, [sampleRecording(tenantId, 1)]);
      const copy = copyOf(bench, ctx);
      await copy.step('begin');
      const withdrawal = sampleWithdrawal(tenantId, 1);
      await copy.write(upsert, [sampleRecording(tenantId, 1, { revision: withdrawal.revision, held: true })]);
      assert.deepEqual(brief(await run(operationOf(bench, 'delete'), [withdrawal])), ['rejected:held']);
      assert.deepEqual([(await copy.holds()).length, (await remote(sampleId(1)))?.revision], [1, 1]);
    }),
};

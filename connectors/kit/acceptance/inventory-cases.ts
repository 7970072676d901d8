import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from './sample-records.ts';
import { brief, operationOf, withSubject } from './with-subject.ts';

const MANY = 1050;

/** What the remote side says that it holds. */
export function inventoryCases(bench: Bench): AcceptanceCase[] {
  return bench.connector.manifest.inventories ? [tellsAll] : [];
}

const tellsAll: AcceptanceCase = {
  id: 'inventory-tells-all',
  title:
    'the inventory tells each recording once with revision and hold, in the order of the ids, and no deleted one',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, ctx, run }) => {
      const read = async () => {
        const items = [];
        for await (const page of bench.connector.inventory(ctx)) items.push(...page);
        return items;
      };
      assert.deepEqual(await read(), []);
      const records = Array.from({ length: MANY }, (_none, n) =>
        sampleRecording(tenantId, n, { revision: n + 1, held: n % 2 === 1 }),
      );
      // Written from the last to the first, so that the order is not that of the writing.
      await run(operationOf(bench, 'upsert'), records.toReversed());
      const removal = sampleWithdrawal(tenantId, 2);
      assert.deepEqual(brief(await run(operationOf(bench, 'delete'), [removal])), ['done:deleted']);
      assert.deepEqual(
        await read(),
        records
          .filter(({ id }) => id !== sampleId(2))
          .map(({ id, revision, held }) => ({ id, revision, held })),
      );
    }),
};

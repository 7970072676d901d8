import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import { brief, operationOf, sampleOf, withSubject } from './with-subject.ts';

/** One request every two seconds: far slower than any peer of the tests answers. */
const SLOW = { requestsPerSecond: 0.5, burst: 1 } as const;
const SPACING_MS = 1000 / SLOW.requestsPerSecond;

/** The budget of the connection, which every request of the connector must come out of, by whatever client it is sent. */
export const budgetCases: readonly AcceptanceCase[] = [
  {
    id: 'budget-respected',
    title: 'work that comes faster than the rate allows waits for it, and all of it arrives',
    run: (bench) =>
      withSubject(bench, 'good', async ({ tenantId, ctx, run, runAt, writes, count }) => {
        assert.ok(runAt, 'the bench cannot slow a connection down');
        const upsert = operationOf(bench, 'upsert');
        // The first delivery of a tenant may prepare the peer.
        await run(upsert, [sampleOf(bench, tenantId, 1)]);
        const [began, before] = [ctx.now(), writes()];
        for (let n = 2; n <= 6; n += 1)
          assert.deepEqual(brief(await runAt(SLOW, upsert, [sampleOf(bench, tenantId, n)])), [
            'done:created',
          ]);
        const sent = writes() - before;
        assert.ok(sent >= 5, `${sent} writes were seen`);
        const leastMs = (sent - 1) * SPACING_MS;
        const tookMs = ctx.now() - began;
        assert.ok(tookMs >= leastMs, `${sent} writes took ${tookMs} ms, and not at least ${leastMs}`);
        assert.equal(await count(), 6);
      }),
  },
];

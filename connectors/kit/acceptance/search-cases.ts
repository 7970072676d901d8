import assert from 'node:assert/strict';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from './sample-records.ts';
import { brief, operationOf, withSubject } from './with-subject.ts';

/** Searching over there. */
export function searchCases(bench: Bench): AcceptanceCase[] {
  return bench.connector.manifest.searches ? [findsWords] : [];
}

const PEOPLE = [
  { name: 'Zoë Ängström', address: 'sip:zoe@example.test' },
  { name: 'Zoë Other', address: 'tel:+49 30 1234-567' },
] as const;

const findsWords: AcceptanceCase = {
  id: 'search-finds',
  title:
    'a search finds by every word, by folded beginnings and by digits of numbers, newest first and page by page, and nothing that was deleted',
  run: (bench) =>
    withSubject(bench, 'good', async ({ tenantId, ctx, run }) => {
      const find = async (words: string[], limit = 10, before?: { startedAt: string; id: string }) => {
        const asked = { words, limit, ...(before === undefined ? {} : { before }) };
        return bench.connector.search(ctx, asked);
      };
      const ids = async (words: string[]) => (await find(words)).map(({ id }) => id);
      assert.deepEqual(await find(['zoe']), []);
      const records = [1, 2, 3].map((n) =>
        sampleRecording(tenantId, n, {
          revision: n,
          startedAt: `2026-03-0${n}T09:00:00.000Z`,
          parties: [{ ...PEOPLE[n === 2 ? 1 : 0] }],
        }),
      );
      await run(operationOf(bench, 'upsert'), records);
      // The inventory waits until what was written can be found.
      await Array.fromAsync(bench.connector.inventory(ctx));
      assert.deepEqual(await ids(['zoe']), [sampleId(3), sampleId(2), sampleId(1)]);
      assert.deepEqual(await ids(['zo', 'angst']), [sampleId(3), sampleId(1)]);
      assert.deepEqual(await ids(['3012345']), [sampleId(2)]);
      assert.deepEqual(await ids(['+49(30)1234567']), [sampleId(2)]);
      assert.deepEqual(await ids(['zoe', 'nobody']), []);
      const [first] = await find(['zoe'], 1);
      assert.deepEqual(first, { id: sampleId(3), startedAt: '2026-03-03T09:00:00.000Z', revision: 3 });
      assert.deepEqual((await find(['zoe'], 1, first))[0]?.id, sampleId(2));
      const removal = sampleWithdrawal(tenantId, 3);
      assert.deepEqual(brief(await run(operationOf(bench, 'delete'), [removal])), ['done:deleted']);
      await Array.fromAsync(bench.connector.inventory(ctx));
      assert.deepEqual(await ids(['zoe']), [sampleId(2), sampleId(1)]);
    }),
};

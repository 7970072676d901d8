/** No duplicate and no loss over 10,000 records while calls fail, answers are lost and workers forget. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bench } from '../../connectors/kit/acceptance/bench.ts';
import { elasticsearchBench, opensearchBench } from '../support/connectors/elasticsearch-bench.ts';
import { storm } from '../support/connectors/storm.ts';
import { elasticsearchPeer } from '../support/peers/elasticsearch.ts';
import { opensearchPeer } from '../support/peers/opensearch.ts';
import { suiteTitle, type PeerDescriptor, type RunningPeer } from '../support/peers/peer.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);

function blow<P extends RunningPeer>(
  descriptor: Omit<PeerDescriptor, 'start'> & { start(): Promise<P> },
  benchOf: (peer: () => P) => Bench,
): void {
  const { title, skip } = suiteTitle(
    descriptor,
    `${descriptor.name} in a storm (HOLDFAST_TEST_SEED=${seed})`,
  );
  (skip ? describe.skip : describe)(title, () => {
    let peer: P | undefined;
    const bench = benchOf(() => peer!);

    beforeAll(async () => {
      peer = await descriptor.start();
    }, 600_000);
    afterAll(() => peer?.stop(), 60_000);

    // One call writes a batch, a second reads what stood in its way, a third looks for what was not answered.
    test('recordings arrive once', async () => {
      const subject = await bench.open('good', { timeoutMs: 2500 });
      try {
        const report = await storm(bench, subject, { records, batch: 500, seed, calls: 3 });
        expect(report.faults).toBeGreaterThan(10);
        expect(report.forgotten).toBeGreaterThan(0);
        process.stderr.write(`${descriptor.name}: ${JSON.stringify(report)}\n`);
      } finally {
        await subject.close();
      }
    }, 900_000);
  });
}

blow(elasticsearchPeer, elasticsearchBench);
blow(opensearchPeer, opensearchBench);

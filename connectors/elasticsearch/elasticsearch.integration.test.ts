import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import { elasticsearchBench } from '../../test/support/connectors/elasticsearch-bench.ts';
import { testEngineFaults } from '../../test/support/connectors/engine-faults.ts';
import { runChecks } from '../../hub/connections/host/run-checks.ts';
import { observedHost } from '../../test/support/connectors/observed-host.ts';
import { elasticsearchPeer } from '../../test/support/peers/elasticsearch.ts';
import { suiteTitle, type RunningPeer } from '../../test/support/peers/peer.ts';
import { sampleId, sampleRecording } from '../kit/acceptance/sample-records.ts';
import { elasticsearch } from './connector.ts';

// The first start on a machine also fetches the server.
const FIRST_START_MS = 600_000;
const { title, skip } = suiteTitle(elasticsearchPeer, 'Elasticsearch connector, against a real server');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer | undefined;
  const bench = elasticsearchBench(() => peer!);

  beforeAll(async () => {
    peer = await elasticsearchPeer.start();
  }, FIRST_START_MS);
  afterAll(() => peer?.stop(), 60_000);

  acceptConnector(bench);
  testEngineFaults(bench, () => peer!);

  test('takes a user and a password as well, and all required checks pass', async () => {
    const { host } = observedHost();
    const ctx = await host.contextFor(elasticsearch, {
      id: 'c1',
      tenantId: sampleId(1),
      config: { node: peer!.url },
      credential: { type: 'basic', ...peer!.admin },
    });
    const { live, checks } = await runChecks(elasticsearch, ctx);
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(live).toBe(true);
    host.close();
  });

  test('every request leaves a span that names the peer and no path', async () => {
    const subject = await bench.open('good');
    await subject.run('upsert-recording', [sampleRecording(subject.tenantId, 1)]);
    const spans = subject
      .seen()
      .split('\n')
      .filter((line) => line.includes(subject.ctx.connectionId));
    await subject.close();
    expect(
      spans.some(
        (line) => line.includes('"connector POST"') && line.includes('"server.address":"127.0.0.1"'),
      ),
    ).toBe(true);
    expect(spans.join()).not.toContain('_bulk');
  });
});

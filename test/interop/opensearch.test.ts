import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runChecks } from '../../hub/connections/host/run-checks.ts';
import { acceptConnector } from '../support/connectors/accept-connector.ts';
import { opensearchBench } from '../support/connectors/elasticsearch-bench.ts';
import { testEngineFaults } from '../support/connectors/engine-faults.ts';
import { observedHost } from '../support/connectors/observed-host.ts';
import { opensearchPeer, type RunningOpensearch } from '../support/peers/opensearch.ts';
import { suiteTitle } from '../support/peers/peer.ts';
import { sampleId } from '../../connectors/kit/acceptance/sample-records.ts';
import { elasticsearch } from '../../connectors/elasticsearch/connector.ts';

// The first start on a machine also fetches the server.
const FIRST_START_MS = 600_000;
const { title, skip } = suiteTitle(opensearchPeer, 'Elasticsearch connector in the dialect of OpenSearch');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningOpensearch | undefined;
  const bench = opensearchBench(() => peer!);

  beforeAll(async () => {
    peer = await opensearchPeer.start();
  }, FIRST_START_MS);
  afterAll(() => peer?.stop(), 60_000);

  acceptConnector(bench);
  testEngineFaults(bench, () => peer!);

  test('says of a server without its security plugin that whoever reaches it can read everything', async () => {
    const { host } = observedHost();
    const ctx = await host.contextFor(elasticsearch, {
      id: 'c1',
      tenantId: sampleId(1),
      config: { node: peer!.openUrl, dialect: 'opensearch' },
      credential: { type: 'basic', ...peer!.admin },
    });
    const { live, checks } = await runChecks(elasticsearch, ctx);
    expect(checks.map(({ id, status }) => [id, status])).toEqual([
      ['reachable', 'ok'],
      ['authenticated', 'warn'],
      ['privileges', 'warn'],
      ['index-mapping', 'ok'],
      ['clock', 'ok'],
    ]);
    expect(live).toBe(true);
    await host.close();
  });
});

/** What a search engine does when its administrator, its disks or what stands before it are in the way: for both dialects. */
import { describe, expect, test } from '@jest/globals';
import type { Bench, Subject } from '../../../connectors/kit/acceptance/bench.ts';
import {
  sampleId,
  sampleRecording,
  sampleWithdrawal,
} from '../../../connectors/kit/acceptance/sample-records.ts';
import { brief, withSubject } from '../../../connectors/kit/acceptance/with-subject.ts';
import { searchRecordings } from '../../../connectors/elasticsearch/search-recordings.ts';
import type { ElasticsearchConfig } from '../../../connectors/elasticsearch/config.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { administrator } from './elasticsearch-bench.ts';

const upsert = 'upsert-recording';

/** Adds the tests; `peer` is asked when they run. Call it once inside `describe`. */
export function testEngineFaults(bench: Bench, peer: () => RunningPeer): void {
  const aliasOf = ({ tenantId }: Subject): string => `bench-recordings-${tenantId}`;
  const admin = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, json } = await administrator(peer()).call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  };

  describe('what concerns the whole index is no fault of the records', () => {
    test.each([
      ['blocks writes', 'index.blocks.write', 'config'],
      ['has a full disk', 'index.blocks.read_only_allow_delete', 'quota'],
    ] as const)('an index that %s holds the connection until it takes them', (_what, block, errorClass) =>
      withSubject(bench, 'good', async (subject) => {
        const { tenantId, run, count } = subject;
        await run(upsert, [sampleRecording(tenantId, 1)]);
        await admin('PUT', `/${aliasOf(subject)}/_settings`, { [block]: true });
        const records = [2, 3].map((n) => sampleRecording(tenantId, n));
        for (const outcome of await run(upsert, records))
          expect(outcome).toMatchObject({
            outcome: 'rejected',
            error: {
              class: errorClass,
              scope: 'connection',
              fix: expect.stringContaining('block') as unknown,
            },
          });
        // Alone: OpenSearch takes a block away by no request that asks for more.
        await admin('PUT', `/${aliasOf(subject)}/_settings`, { [block]: null });
        expect(brief(await run(upsert, records))).toEqual(['done:created', 'done:created']);
        expect(await count()).toBe(3);
      }),
    );

    test('rights that were taken hold the connection', () =>
      withSubject(bench, 'no-permission', async ({ tenantId, run }) => {
        for (const outcome of await run(
          upsert,
          [1, 2].map((n) => sampleRecording(tenantId, n)),
        ))
          expect(outcome).toMatchObject({ error: { class: 'permission', scope: 'connection' } });
      }));

    test('an index that was closed holds the connection until it is opened', () =>
      withSubject(bench, 'good', async (subject) => {
        const { tenantId, run } = subject;
        await run(upsert, [sampleRecording(tenantId, 1)]);
        await admin('POST', `/${aliasOf(subject)}-v1/_close`);
        const records = [sampleRecording(tenantId, 2)];
        const [closed] = await run(upsert, records);
        expect(closed).toMatchObject({ error: { class: 'config', scope: 'connection' } });
        await admin('POST', `/${aliasOf(subject)}-v1/_open`);
        expect(brief(await run(upsert, records))).toEqual(['done:created']);
      }));

    test('an index that somebody took the alias from holds withdrawals, which cannot tell what is there', () =>
      withSubject(bench, 'good', async (subject) => {
        const { tenantId, run, count } = subject;
        const withdraw = () => run('delete-recording', [sampleWithdrawal(tenantId, 1)]);
        expect(brief(await withdraw())).toEqual(['done:absent']);
        await run(upsert, [sampleRecording(tenantId, 1)]);
        const [alias, index] = [aliasOf(subject), `${aliasOf(subject)}-v1`];
        await admin('POST', '/_aliases', { actions: [{ remove: { index, alias } }] });
        expect(await withdraw()).toMatchObject([{ error: { class: 'config', scope: 'connection' } }]);
        await admin('POST', '/_aliases', { actions: [{ add: { index, alias, is_write_index: true } }] });
        expect(brief(await withdraw())).toEqual(['done:deleted']);
        expect(await count()).toBe(0);
      }));

    test('an index that the engine does not make holds the connection, and says that it was not made', () =>
      withSubject(bench, 'good', async ({ tenantId, run, count }) => {
        const most = (value: number | null) => ({ persistent: { 'cluster.max_shards_per_node': value } });
        await admin('PUT', '/_cluster/settings', most(1));
        const records = [1, 2].map((n) => sampleRecording(tenantId, n));
        try {
          for (const outcome of await run(upsert, records))
            expect(outcome).toMatchObject({ error: { class: 'config', scope: 'connection' } });
        } finally {
          await admin('PUT', '/_cluster/settings', most(null));
        }
        expect(brief(await run(upsert, records))).toEqual(['done:created', 'done:created']);
        expect(await count()).toBe(2);
      }));
  });

  test('what a gateway finds too large goes in smaller requests, each record once', () =>
    withSubject(bench, 'good', async ({ tenantId, run, count, watch }) => {
      await run(upsert, [sampleRecording(tenantId, 0)]);
      let refused = 0;
      watch!(({ body }) => {
        if (body.length <= 20_000) return undefined;
        refused += 1;
        return { kind: 'answer', status: 413, headers: { 'content-type': 'text/html' }, body: '<html>' };
      });
      const records = Array.from({ length: 100 }, (_none, n) => sampleRecording(tenantId, n + 1));
      const large = { ...sampleRecording(tenantId, 101), callId: 'c'.repeat(21_000) };
      const outcomes = brief(await run(upsert, [...records, large]));
      expect(outcomes.slice(0, 100)).toEqual(records.map(() => 'done:created'));
      expect(outcomes[100]).toBe('rejected:invalid_record');
      expect([refused > 0, await count()]).toEqual([true, 101]);
    }));

  test('a part of an index that cannot be read is no absence: a search does not answer without it', () =>
    withSubject(bench, 'good', async (subject) => {
      const { tenantId, run, ctx } = subject;
      await run(upsert, [sampleRecording(tenantId, 1)]);
      await admin('POST', `/${aliasOf(subject)}/_refresh`);
      const search = () =>
        searchRecordings(ctx as ConnectorContext<ElasticsearchConfig>, { words: [sampleId(1)], limit: 10 });
      expect(await search()).toHaveLength(1);
      // Nobody may hold its shard, so what it has is out of reach; the other index of the alias answers.
      await admin('PUT', `/${aliasOf(subject)}-v2?wait_for_active_shards=0`, {
        settings: { index: { 'routing.allocation.require._name': 'nobody' } },
        mappings: { properties: { id: { type: 'keyword' }, startedAt: { type: 'date' } } },
        aliases: { [aliasOf(subject)]: {} },
      });
      await expect(search()).rejects.toMatchObject({ remoteError: { class: 'transient' } });
    }));
}

/** An index rebuilt beside the live one equals the source, whatever changes or is killed meanwhile: on real servers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareConnection } from '../../activities/comparisons/compare-connection.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { askComparison } from '../../hub/connections/ask-comparison.ts';
import { createConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { makeInventoryOf } from '../../hub/connections/inventory-of.ts';
import { makeRebuildStep } from '../../hub/connections/rebuild-step.ts';
import { makeSendBatch } from '../../hub/connections/send-batch.ts';
import { localAdministrator } from '../../hub/identity/local-administrator.ts';
import { readComparison } from '../../recorder-core/records/connection-comparisons.ts';
import { addConnectionRow } from '../support/connection-row.ts';
import { administrator } from '../support/connectors/elasticsearch-bench.ts';
import { elasticsearchPeer } from '../support/peers/elasticsearch.ts';
import { opensearchPeer } from '../support/peers/opensearch.ts';
import { suiteTitle, type PeerDescriptor, type RunningPeer } from '../support/peers/peer.ts';
import { addRecordingRow } from '../support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const RECORDINGS = 1300;

function rebuilds(descriptor: PeerDescriptor, dialect: 'elasticsearch' | 'opensearch'): void {
  const { title, skip } = suiteTitle(descriptor, `an index of ${descriptor.name}`);
  (skip ? describe.skip : describe)(title, () => {
    let peer: RunningPeer;
    let database: TestDatabase;
    let bench: ActivityBench;
    let deps: ActivityDependencies;
    let connectionId: string;
    const ids: string[] = [];

    beforeAll(async () => {
      peer = await descriptor.start();
      database = await openTestDatabase();
      bench = await openActivityBench(database);
      const egress = { allowPrivateNetwork: true };
      const host = createConnectorHost({ egress, clock: systemClock, log: () => undefined });
      const own = { db: database.db, keys: bench.keys, host };
      deps = {
        ...bench.deps,
        inventoryOf: makeInventoryOf(own),
        rebuildStep: makeRebuildStep(own),
        sendBatch: makeSendBatch({ ...own, onOutcome: () => undefined }),
      };
      for (let n = 0; n < RECORDINGS; n += 1) ids.push(await addRecordingRow(database.db, database.tenantId));
      await database.asOwner("update recording set state = 'retained'");
      connectionId = await addConnectionRow(database, {
        connector: 'elasticsearch',
        config: { node: peer.url, dialect },
        credential: { keys: bench.keys, value: { type: 'basic', ...peer.admin } },
        first: { connectorVersion: '1.1.0' },
      });
    }, 600_000);
    afterAll(async () => {
      await bench.close();
      await database.close();
      await peer.stop();
    }, 60_000);

    const ask = (wish: { repairs?: boolean; rebuilds?: boolean }) =>
      database.db.forTenant(database.tenantId, async (tx) => {
        const [now, { db, tenantId }] = [new Date(), database];
        const person = await localAdministrator(tx, tenantId, now);
        return askComparison(tx, { db, tenantId, person, now, newId: deps.newId }, connectionId, wish);
      });
    const run = (comparisonId: string, change: Partial<ActivityDependencies> = {}) =>
      asActivity(() =>
        compareConnection({ ...deps, ...change })({ tenantId: database.tenantId, comparisonId }),
      );
    const found = (id: string) => database.db.forTenant(database.tenantId, (tx) => readComparison(tx, id));
    const indices = async (): Promise<string[]> => {
      const path = `/holdfast-recordings-${database.tenantId}*/_alias`;
      const { json } = await administrator(peer).call('GET', path);
      return Object.entries(json as Record<string, { aliases: object }>).map(
        ([index, { aliases }]) =>
          `${index.slice(index.lastIndexOf('-') + 1)[0] ?? ''}:${Object.keys(aliases).length}`,
      );
    };

    test('is filled from nothing, and holds what the source has', async () => {
      const { id } = await ask({ rebuilds: true });
      await run(id);
      expect(await found(id)).toMatchObject({
        state: 'done',
        counts: { same: RECORDINGS, missing: 0, older: 0, extra: 0 },
      });
      expect(await indices()).toEqual(['b:1']);
    }, 300_000);

    test('is exchanged for one that is equal to the source, although a worker dies and recordings come, change and go', async () => {
      const { id } = await ask({ rebuilds: true });
      let sent = 0;
      const dying: Partial<ActivityDependencies> = {
        async sendBatch(batch) {
          sent += 1;
          if (sent === 2) throw new Error('The worker was killed.');
          return deps.sendBatch(batch);
        },
      };
      await expect(run(id, dying)).rejects.toThrow('The worker was killed.');
      expect((await found(id))?.state).toBe('running');
      // The first batch is in the copy now; the next run begins with what changed since.
      await database.asOwner('update recording set revision = revision + 5 where id = any ($1)', [
        ids.slice(0, 50),
      ]);
      await database.asOwner("update recording set state = 'disposed' where id = any ($1)", [
        ids.slice(100, 110),
      ]);
      let late = 0;
      await run(id, {
        async rebuildStep(step) {
          const answer = await deps.rebuildStep(step);
          // What happens in the moment of the exchange goes to the old index, and must be in the new one all the same.
          if (step.step === 'putInPlace') {
            for (late = 0; late < 3; late += 1) await addRecordingRow(database.db, database.tenantId);
            await database.asOwner("update recording set state = 'retained' where state = 'captured'");
            await database.asOwner('update recording set revision = revision + 5 where id = $1', [ids[200]]);
          }
          return answer;
        },
      });
      expect(await found(id)).toMatchObject({
        state: 'done',
        counts: {
          same: RECORDINGS - 10 + 3,
          waiting: 0,
          missing: 0,
          older: 0,
          newer: 0,
          extra: 0,
          unknown: 0,
        },
      });
      expect(await indices()).toEqual(['b:1']);
      const receipts = await database.asOwner('select from receipt where connection_id = $1', [connectionId]);
      expect(receipts).toHaveLength(RECORDINGS + 3);
    }, 300_000);

    test('stays as it is where the other side refuses the new one, and says why', async () => {
      const { id } = await ask({ rebuilds: true });
      await database.asOwner('update connection set credential = null where id = $1', [connectionId]);
      await run(id).catch(() => undefined);
      expect(await indices()).toEqual(['b:1']);
    }, 120_000);
  });
}

rebuilds(elasticsearchPeer, 'elasticsearch');
rebuilds(opensearchPeer, 'opensearch');

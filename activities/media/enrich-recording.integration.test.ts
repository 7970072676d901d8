import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changedObjectStore } from '../../test/support/changed-object-store.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { enrichRecording } from './enrich-recording.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
const partsOf = (recordingId: string): Promise<Part[]> =>
  database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));
const waveformsOf = async (recordingId: string): Promise<Part[]> =>
  (await partsOf(recordingId)).filter(({ kind }) => kind === 'waveform');
/** What the log says of parts that were made from others. */
async function derivationsOf(recordingId: string): Promise<unknown[]> {
  const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId));
  return leaves.filter(({ act }) => act === 'recording.derived').map(({ body }) => parseLeaf(body).facts);
}
async function objectsOf(recordingId: string): Promise<number> {
  const prefix = objectKey({ region: 'eu-central', ...ref(recordingId) }, '');
  return (await Array.fromAsync(bench.deps.objects.list(prefix))).length;
}
const enrich = (recordingId: string, change: Partial<ActivityDependencies> = {}) =>
  enrichRecording({ ...bench.deps, ...change })(ref(recordingId));

/** Objects where `put` is followed by `then`. */
function afterPut(then: () => Promise<void>): ActivityDependencies['objects'] {
  return changedObjectStore(bench.deps.objects, {
    async put(...args) {
      const result = await bench.deps.objects.put(...args);
      await then();
      return result;
    },
  });
}

describe('enriching a recording', () => {
  test('draws both voices as one part under a key of its own, once', async () => {
    const id = await bench.retain();
    expect(await enrich(id)).toEqual({ derivedParts: 1 });
    expect(await enrich(id)).toEqual({ derivedParts: 0 });
    const [waveform, ...more] = await waveformsOf(id);
    expect(more).toEqual([]);
    const opened = await openPart(bench.deps, database.tenantId, waveform!);
    const drawn = JSON.parse((await opened.reader.read(0, await opened.reader.size())).toString()) as {
      labels: string[];
      peaks: unknown;
    };
    await opened.close();
    expect(drawn.labels).toEqual(['0', '1']);
    expect(JSON.stringify(drawn.peaks)).toMatch(/[1-9]/);
    const media = (await partsOf(id)).filter(({ kind }) => kind === 'media');
    expect(await derivationsOf(id)).toEqual([
      {
        parts: [
          {
            id: waveform!.id,
            kind: 'waveform',
            sha256: waveform!.sha256.toString('hex'),
            sha512: waveform!.sha512.toString('hex'),
            ciphertextSha256: waveform!.ciphertextSha256.toString('hex'),
          },
        ],
        from: media.map((part) => ({ id: part.id, sha256: part.sha256.toString('hex') })),
      },
    ]);
  });

  test('leaves one waveform when a worker is killed between the object and its row', async () => {
    const id = await bench.retain();
    const killed = afterPut(() => Promise.reject(new Error('killed')));
    await expect(enrich(id, { objects: killed })).rejects.toThrow('killed');
    expect(await waveformsOf(id)).toEqual([]);
    expect(await enrich(id)).toEqual({ derivedParts: 1 });
    expect(await waveformsOf(id)).toHaveLength(1);
  });

  test('leaves one waveform and no object without a row when two do it at once', async () => {
    const id = await bench.retain();
    const answers = await Promise.all([enrich(id), enrich(id), enrich(id)]);
    expect(answers.map(({ derivedParts }) => derivedParts).sort()).toEqual([0, 0, 1]);
    expect(await waveformsOf(id)).toHaveLength(1);
    expect(await objectsOf(id)).toBe(4);
  });

  test('adds nothing to a recording whose keys were destroyed while it was drawn', async () => {
    const id = await bench.retain();
    await bench.makeDue(id);
    const destroyed = afterPut(async () => {
      const { claimed } = await bench.activities.lifecycle.claimDue({
        partition: 0,
        partitions: 1,
        limit: 10,
      });
      for (const due of claimed) await bench.activities.lifecycle.destroyKeys(due);
    });
    expect(await enrich(id, { objects: destroyed })).toEqual({ derivedParts: 0 });
    expect((await bench.read(id)).state).toBe('disposing');
    expect(await database.db.forTenant(database.tenantId, (tx) => readKekIds(tx, id))).toEqual(new Map());
    expect(await waveformsOf(id)).toEqual([]);
    expect(await derivationsOf(id)).toEqual([]);
    expect(await objectsOf(id)).toBe(3);
  });

  test('refuses while the parts are still in the spool', async () => {
    const id = await bench.capture();
    await expect(enrich(id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

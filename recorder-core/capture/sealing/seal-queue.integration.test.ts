import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabaseProxy, type DatabaseProxy } from '../../../test/support/database-proxy.ts';
import { runOnLimitedDisk } from '../../../test/support/limited-disk.ts';
import { readPayload } from '../../../test/support/read-payload.ts';
import { startSpoolingRecorder } from '../../../test/support/spooling-recorder.ts';
import { openActivityBench, type ActivityBench } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { openDatabase, type Database } from '../../records/database.ts';
import { readParts } from '../../records/parts.ts';
import { readRecording } from '../../records/recordings.ts';
import { sequenceTenant } from '../../records/sequence-leaves.ts';
import { SealQueue, type SealQueueOptions } from './seal-queue.ts';
import { openLocalSealer } from './sealer.ts';
import { removeSpoolFolder, spoolFolder } from '../spool-folder.ts';

let database: TestDatabase;
let bench: ActivityBench;
let proxy: DatabaseProxy;
let db: Database;
let queue: SealQueue;
/** What the queue said, in order. */
let said: string[];
let sayings: { readonly pattern: RegExp; readonly resolve: () => void }[];

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  proxy = await openDatabaseProxy(database.appUrl);
  db = openDatabase(proxy.url, { max: 2 });
  queue = openQueue();
});
afterEach(async () => {
  await queue.close();
  await db.close();
  await proxy.close();
  await rm(bench.spool, { recursive: true, force: true });
});

function openQueue(change: Partial<SealQueueOptions> = {}): SealQueue {
  said = [];
  sayings = [];
  const say = (text: string): void => {
    said.push(text);
    for (const { pattern, resolve } of sayings) if (pattern.test(text)) resolve();
  };
  return new SealQueue({
    spool: bench.spool,
    db,
    sealer: openLocalSealer(bench.keys),
    newId: bench.deps.newId,
    now: bench.deps.now,
    onSealed: (_sealed, added) => {
      say(added ? 'sealed' : 'known');
    },
    onNothing: () => {
      say('nothing');
    },
    onRetry: (_id, error, delayMs) => {
      say(`retry in ${delayMs}: ${String(error)}`);
    },
    ...change,
  });
}

const untilSaid = (pattern: RegExp): Promise<void> =>
  new Promise((resolve) => {
    sayings.push({ pattern, resolve });
    if (said.some((text) => pattern.test(text))) resolve();
  });

/** A call that has ended and is in the spool only. */
async function spooled(): Promise<string> {
  const recorder = await startSpoolingRecorder(bench.deps, database.tenantId);
  const call = recorder.call([Buffer.alloc(1_600, 1), Buffer.alloc(1_600, 2)]);
  const { recordingId } = await call.finish();
  await recorder.stop();
  return recordingId;
}

async function expectEnteredOnce(recordingId: string): Promise<void> {
  await sequenceTenant(database.db, database.tenantId);
  const counts = await database.asOwner(
    `select (select count(*)::int from recording where id::text = $1) as recordings,
            (select count(*)::int from ledger_leaf where object_id = $1) as leaves,
            (select count(*)::int from outbox where payload ->> 'recordingId' = $1) as messages,
            (select count(*)::int from part where recording_id::text = $1) as parts,
            (select count(*)::int from party where recording_id::text = $1) as parties`,
    [recordingId],
  );
  expect(counts).toEqual([{ recordings: 1, leaves: 1, messages: 1, parts: 3, parties: 2 }]);
  expect(await readdir(spoolFolder(bench.spool, recordingId))).toContain('committed');
}

describe('sealing with a database that is away', () => {
  test('waits for it, longer each time, and commits when it is back', async () => {
    const id = await spooled();
    proxy.cut();
    queue.add(id);
    await untilSaid(/retry in 1000/);
    expect(said[0]).toMatch(/^retry in 500/);
    proxy.mend();
    await untilSaid(/sealed/);
    await expectEnteredOnce(id);
  });

  test.each(['insert into outbox', 'commit'])(
    'that breaks off before "%s" enters nothing, and all of it later',
    async (text) => {
      const id = await spooled();
      const broken = proxy.cutAt(text, 'before');
      queue.add(id);
      await broken;
      await untilSaid(/sealed/);
      expect(said.filter((line) => line.startsWith('retry'))).toHaveLength(1);
      await expectEnteredOnce(id);
    },
  );

  test('that breaks off after the commit, before its answer, enters the recording once', async () => {
    const id = await spooled();
    const broken = proxy.cutAt('commit', 'after');
    queue.add(id);
    await broken;
    await untilSaid(/known/);
    expect(said).toEqual([expect.stringMatching(/^retry in 500/), 'known']);
    await expectEnteredOnce(id);
  });

  test('does not keep the other recordings waiting for longer than it is away', async () => {
    const ids = [await spooled(), await spooled(), await spooled()];
    const broken = proxy.cutAt('commit', 'before');
    for (const id of ids) queue.add(id);
    await broken;
    await untilSaid(/sealed/);
    await queue.idle();
    await queue.close();
    const sealed = said.filter((line) => line === 'sealed').length;
    expect(sealed).toBeGreaterThanOrEqual(2); // one waits for its retry, or has had it on a slow machine
    const next = openQueue();
    expect(await next.recover()).toBe(ids.length - sealed);
    await next.idle();
    await next.close();
    for (const id of ids) await expectEnteredOnce(id);
  });
});

describe('a seal queue', () => {
  test('that is closed finishes the recording in hand and leaves the rest to the next start', async () => {
    const ids = [await spooled(), await spooled(), await spooled()];
    for (const id of ids) queue.add(id);
    await queue.close();
    expect(said).toEqual([]); // closed before the first was begun
    queue.add(ids[0]!);
    await queue.idle();
    const next = openQueue();
    expect(await next.recover()).toBe(3);
    await next.idle();
    await next.close();
    expect(said).toEqual(['sealed', 'sealed', 'sealed']);
    for (const id of ids) await expectEnteredOnce(id);
  });

  test('does not mind when the recording has left the spool before its mark is set', async () => {
    const id = await spooled();
    const hurried: Database = {
      ...db,
      async forTenant(tenantId, work) {
        const result = await db.forTenant(tenantId, work);
        await removeSpoolFolder(bench.spool, id);
        return result;
      },
    };
    const eager = openQueue({ db: hurried });
    eager.add(id);
    await eager.idle();
    await eager.close();
    expect(said).toEqual(['sealed']);
    expect(await readdir(bench.spool)).toEqual([]);
  });
});

describe('a disk that is full for one call', () => {
  test('makes that call partial with all that fitted, and leaves the others whole', async () => {
    const outcome = (await runOnLimitedDisk(
      join(import.meta.dirname, '../../../test/support/limited-disk-recorder.ts'),
      [bench.spool, join(bench.spool, '..', 'key-ring.json'), database.tenantId],
      24 * 1024,
    )) as {
      longId: string;
      shortId: string;
      faults: { recordingId: string; code: string }[];
      activeCalls: number;
    };
    const { longId, shortId, faults } = outcome;
    expect(faults).toEqual([
      { recordingId: longId, code: 'unavailable' },
      { recordingId: longId, code: 'unavailable' },
    ]);
    expect(outcome.activeCalls).toBe(0);

    expect(await queue.recover()).toBe(2);
    await queue.idle();
    expect(said).toEqual(['sealed', 'sealed']);
    const heard = async (id: string): Promise<{ partial: boolean | undefined; octets: number[] }> => {
      const { recording, parts } = await database.db.forTenant(database.tenantId, async (tx) => ({
        recording: await readRecording(tx, id),
        parts: await readParts(tx, id),
      }));
      const media = parts.filter(({ kind }) => kind === 'media');
      const read = media.map((part) => readPayload(bench.deps, bench.spool, database.tenantId, part));
      return {
        partial: recording?.partial,
        octets: (await Promise.all(read)).map(({ audio }) => audio.length),
      };
    };
    expect(await heard(shortId)).toEqual({ partial: false, octets: [4_000, 4_000] });
    const long = await heard(longId);
    expect(long.partial).toBe(true);
    for (const octets of long.octets) expect(octets).toBeGreaterThan(13_000); // one whole chunk of the log
    const { warnings } = await bench.read(longId);
    expect(warnings).toContainEqual(expect.stringContaining('the rest of the session is missing'));
  });

  test('that has no room for the first byte, refuses the call and keeps nothing of it', async () => {
    const spool = await mkdtemp(join(tmpdir(), 'holdfast-full-'));
    await expect(
      runOnLimitedDisk(
        join(import.meta.dirname, '../../../test/support/limited-disk-recorder.ts'),
        [spool, join(bench.spool, '..', 'key-ring.json'), database.tenantId],
        512,
      ),
    ).rejects.toThrow(/503/);
    expect(await readdir(spool)).toEqual([]);
    await rm(spool, { recursive: true });
  });
});

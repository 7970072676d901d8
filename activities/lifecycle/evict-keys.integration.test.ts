import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askToEvict } from '../../recorder-core/records/key-leases.ts';
import { KeyUses, LEASE_MS } from '../../recorder-core/records/key-uses.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef } from '../contract.ts';

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

/** A process with keys of its own in memory, which beats when it is told to. */
function openProcess(clock = () => performance.now()): KeyUses {
  return new KeyUses(database.db, { processId: randomUUID(), role: 'hub', node: 'other' }, clock);
}

/** A recording that is about to be shredded; its tombstone stands once `bury` was called. */
async function doomed(): Promise<{ due: DisposalRef; part: Part; bury: () => Promise<unknown> }> {
  const recordingId = await bench.retain({ packets: 5 });
  await bench.makeDue(recordingId);
  const { claimed } = await bench.activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 100 });
  const due = claimed.find((one) => one.recordingId === recordingId)!;
  const parts = await database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));
  const part = parts.find(({ kind }) => kind === 'media')!;
  return { due, part, bury: () => bench.activities.lifecycle.writeTombstone(due) };
}

const open = (uses: KeyUses, part: Part) => openPart({ ...bench.deps, uses }, database.tenantId, part);

describe('having every process let go of the keys of a recording', () => {
  test('waits until the one that is reading has ended, whose next read fails', async () => {
    const { due, part, bury } = await doomed();
    const other = openProcess();
    const reading = await open(other, part);
    await reading.reader.read(0, 10);
    await bury();
    let told: string | undefined;
    other.onEviction((recordingId) => {
      told = recordingId;
    });
    let evicted = false;
    const evicting = bench.activities.lifecycle.evictKeys(due).then((answer) => {
      evicted = true;
      return answer;
    });
    while (told === undefined) await other.beat();
    expect(told).toBe(due.recordingId);
    await expect(reading.reader.read(0, 10)).rejects.toMatchObject({ code: 'gone' });
    await other.beat();
    expect(evicted).toBe(false); // it still holds the key
    await reading.close();
    await other.beat();
    expect((await evicting).processes).toBeGreaterThanOrEqual(1);
    await other.close();
  });

  test('does not wait for a process whose lease is over, and that process opens nothing any more', async () => {
    const { due, part, bury } = await doomed();
    let asleepMs = 0;
    const other = openProcess(() => performance.now() + asleepMs);
    const reading = await open(other, part);
    await bury();
    asleepMs = LEASE_MS; // it was stopped, or cut off from the database
    await database.asOwner("update key_lease set expires_at = now() where node = 'other'");
    await bench.activities.lifecycle.evictKeys(due);
    await expect(reading.reader.read(0, 10)).rejects.toMatchObject({ code: 'unavailable' });
    await reading.close();
  });

  test('waits for a process that took a new lease while it gave its old one back', async () => {
    const { due, part, bury } = await doomed();
    let passedMs = 0;
    const other = openProcess(() => performance.now() + passedMs);
    await (await open(other, part)).close();
    passedMs = 10 * 60_000; // nobody has used its keys for a while
    const givingBack = other.beat();
    const reading = await open(other, part);
    await givingBack;
    await bury();
    let evicted = false;
    const evicting = bench.activities.lifecycle.evictKeys(due).then(() => {
      evicted = true;
    });
    let told = false;
    other.onEviction((recordingId) => {
      told ||= recordingId === due.recordingId;
    });
    while (!told) await other.beat();
    await expect(reading.reader.read(0, 10)).rejects.toMatchObject({ code: 'gone' });
    expect(evicted).toBe(false);
    await reading.close();
    await other.beat();
    await evicting;
    await other.close();
  });

  test('does not concern a process that was started afterwards: what is left of the recording can be read in it', async () => {
    const recordingId = await bench.retain({ packets: 5 });
    const inTenant: typeof database.db.forTenant = (...args) => database.db.forTenant(...args);
    const parts = await inTenant(database.tenantId, (tx) => readParts(tx, recordingId));
    await inTenant(database.tenantId, (tx) =>
      askToEvict(tx, database.tenantId, { id: randomUUID(), recordingId }),
    );
    const started = openProcess();
    const reading = await open(started, parts[0]!);
    await started.beat();
    expect(await reading.reader.read(0, 10)).toHaveLength(10);
    // What is asked from now on concerns it.
    await inTenant(database.tenantId, (tx) =>
      askToEvict(tx, database.tenantId, { id: randomUUID(), recordingId }),
    );
    await started.beat();
    await expect(reading.reader.read(0, 10)).rejects.toMatchObject({ code: 'gone' });
    await reading.close();
    await started.close();
  });

  test('needs nobody to let go of what is opened after the tombstone: it is not opened', async () => {
    const { due, part, bury } = await doomed();
    await bury();
    const late = openProcess();
    await expect(open(late, part)).rejects.toMatchObject({ code: 'gone' });
    const evicting = bench.activities.lifecycle.evictKeys(due);
    await expect(open(late, part)).rejects.toMatchObject({ code: 'gone' });
    await late.close();
    await evicting;
  });
});

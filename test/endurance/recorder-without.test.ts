import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { listUncommitted } from '../../recorder-core/capture/spool-folder.ts';
import { prepareLoneRecorder, type LoneRecorder } from '../support/lone-recorder.ts';
import { readSpooledCall } from '../support/spooled-call.ts';
import type { TestCall } from '../support/traffic/test-call.ts';
import type { TrafficEvent } from '../support/traffic/traffic.ts';

const WITHIN_MS = 60_000;
const WHOLE = { faults: [], ledgerHolds: true };

let alone: LoneRecorder;
afterEach(() => alone.close(), 60_000);

function happened(event: TrafficEvent, count: number): Promise<void> {
  return new Promise((reached) => {
    alone.traffic.at(event, count, reached);
  });
}

async function recordings(): Promise<number> {
  return (await alone.database.asOwner('select from recording')).length;
}

/** Places calls until one is turned away for this reason, and answers that one. */
async function untilTurnedAway(reason: RegExp): Promise<TestCall> {
  let last: TestCall | undefined;
  const turnedAway = async (): Promise<boolean> => {
    last = await alone.traffic.placeOne(10);
    return reason.test(last.response?.reason ?? '');
  };
  await until(turnedAway, WITHIN_MS, 'a call to be turned away', 200);
  return last!;
}

async function untilTaken(): Promise<void> {
  const taken = async (): Promise<boolean> => (await alone.traffic.placeOne(10)).state === 'running';
  await until(taken, WITHIN_MS, 'a call to be taken again', 200);
}

describe('a recorder without its database', () => {
  test('takes calls and ends them; what waited in the spool is entered once when the database is back', async () => {
    alone = await prepareLoneRecorder();
    const { node, traffic, proxy } = alone;
    await node.start();
    traffic.begin();
    await happened('answered', 4);
    proxy.cut();
    const before = await recordings();
    await happened('bye-answered', 6);
    expect(await recordings()).toBe(before);
    expect((await listUncommitted(node.spool)).length).toBeGreaterThanOrEqual(6);
    proxy.mend();
    await traffic.finish(WITHIN_MS);
    expect(await alone.account()).toMatchObject({ ...WHOLE, calls: { ended: traffic.calls.length } });
  }, 180_000);

  test('starts, takes calls, and seals them when the database is back', async () => {
    alone = await prepareLoneRecorder();
    const { node, traffic, proxy } = alone;
    proxy.cut();
    await node.start();
    await traffic.placeOne(20);
    await traffic.finish(WITHIN_MS);
    proxy.mend();
    expect(await alone.account()).toMatchObject({ ...WHOLE, calls: { ended: 1 } });
  }, 180_000);
});

describe('a recorder without disk', () => {
  test('lets the call go on that outgrows it, keeps what was stored, and says what is missing; others are whole', async () => {
    // A file may not grow beyond 64 KiB: to the process that is a full disk (test/support/limited-disk.ts).
    const wrapper = ['sh', '-c', 'ulimit -f 128 && exec "$0" "$@"'];
    alone = await prepareLoneRecorder({ wrapper });
    const { node, traffic, database } = alone;
    await node.start();
    const long = await traffic.placeOne(200);
    const short = await traffic.placeOne(20);
    await traffic.finish(WITHIN_MS);
    const { faults } = await alone.account();
    expect([long.state, short.state]).toEqual(['ended', 'ended']);
    expect(faults.filter((fault) => fault.startsWith(short.callId))).toEqual([]);
    const [row] = await database.asOwner<{ id: string; partial: boolean; warnings: string[] }>(
      'select id, partial, warnings from recording where call_id = $1',
      [long.callId],
    );
    expect(row?.partial).toBe(true);
    expect(row?.warnings.join()).toMatch(/could not store all media/);
    for (const { packets } of await readSpooledCall(node.spool, row!.id, node.keys)) {
      expect(packets.length).toBeGreaterThan(40);
      expect(packets.length).toBeLessThan(100);
      expect(packets.map(({ sequence }) => sequence)).toEqual(packets.map((_packet, number) => number));
    }
  }, 180_000);

  test('refuses new calls with 503 while it is full, and loses nothing of the call in progress', async () => {
    alone = await prepareLoneRecorder();
    const { node, traffic } = alone;
    // The spool is a link, and where it points can be changed: /proc is a file system without a free byte.
    const pointTo = async (place: string): Promise<void> => {
      await symlink(place, `${node.spool}.next`);
      await rename(`${node.spool}.next`, node.spool);
    };
    const disk = join(node.folder, 'disk');
    await mkdir(disk, { mode: 0o700 });
    await pointTo(disk);
    await node.start();
    const running = await traffic.placeOne(800);
    await pointTo('/proc');
    const { response } = await untilTurnedAway(/no disk/);
    expect([response?.status, response?.headers.has('Retry-After')]).toEqual([503, true]);
    await pointTo(disk);
    await untilTaken();
    await traffic.finish(WITHIN_MS);
    expect(running.state).toBe('ended');
    expect(await alone.account()).toMatchObject(WHOLE);
  }, 180_000);
});

describe('a recorder without its keys', () => {
  test('refuses new calls with 503; the call in progress is sealed when the keys are back', async () => {
    alone = await prepareLoneRecorder();
    const { node, traffic } = alone;
    await node.start();
    const running = await traffic.placeOne(150);
    const ring = join(node.folder, 'key-ring.json');
    await rename(ring, `${ring}.away`);
    const { response } = await untilTurnedAway(/keys/);
    expect([response?.status, response?.headers.has('Retry-After')]).toEqual([503, true]);
    await traffic.finish(WITHIN_MS);
    expect(running.state).toBe('ended');
    expect(await recordings()).toBe(0);
    await rename(`${ring}.away`, ring);
    await untilTaken();
    await traffic.finish(WITHIN_MS);
    expect(await alone.account()).toMatchObject(WHOLE);
  }, 180_000);
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startRecorderPair, type RecorderPair } from '../support/recorder-pair.ts';
import type { RecorderNode } from '../support/recorder-node.ts';
import type { Traffic } from '../support/traffic/traffic.ts';

const ENDED_WITHIN_MS = 60_000;

let pair: RecorderPair;
beforeEach(async () => {
  pair = await startRecorderPair();
}, 120_000);
afterEach(() => pair.close(), 60_000);

function happened(traffic: Traffic, event: Parameters<Traffic['at']>[0], count: number): Promise<void> {
  return new Promise((reached) => {
    traffic.at(event, count, reached);
  });
}

describe('two recorders on one database', () => {
  test('the first killed in mid-call: the second takes the next calls, and what the first had is recovered', async () => {
    const [first, second] = pair.nodes;
    const traffic = await pair.traffic({
      seed: 1,
      calls: 6,
      packets: [110, 140],
      order: () => [first, second],
    });
    traffic.begin();
    await happened(traffic, 'packet', 1_200);
    const killedAtMs = performance.now();
    await first.kill();
    traffic.recorderDied(first.sipPort, killedAtMs);
    await happened(traffic, 'answered', 6);
    expect(traffic.runningAt(second.sipPort)).toBeGreaterThan(0);
    await traffic.finish(ENDED_WITHIN_MS);
    const { faults, calls, ledgerHolds } = await pair.account(traffic);
    expect({ faults, unserved: traffic.unserved, ledgerHolds }).toEqual({
      faults: [],
      unserved: 0,
      ledgerHolds: true,
    });
    expect(calls.broken).toBeGreaterThan(0);
    expect(calls.ended).toBeGreaterThanOrEqual(6);
  }, 180_000);

  test('the first asked to end under load: its calls go on to their end, new ones get 503 with Retry-After and go to the second', async () => {
    const [first, second] = pair.nodes;
    const traffic = await pair.traffic({
      seed: 2,
      calls: 6,
      packets: [60, 90],
      order: () => [first, second],
    });
    traffic.begin();
    await happened(traffic, 'answered', 6);
    const running = traffic.runningAt(first.sipPort);
    expect(running).toBeGreaterThan(0);
    const exitCode = await first.terminate(ENDED_WITHIN_MS);
    await traffic.finish(ENDED_WITHIN_MS);
    expect(exitCode).toBe(0);
    const refused = traffic.calls.filter(({ state }) => state === 'refused');
    expect(refused.length).toBeGreaterThan(0);
    for (const { response } of refused)
      expect([response?.status, response?.headers.has('Retry-After')]).toEqual([503, true]);
    const { faults, calls, ledgerHolds } = await pair.account(traffic);
    expect({ faults, unserved: traffic.unserved, ledgerHolds }).toEqual({
      faults: [],
      unserved: 0,
      ledgerHolds: true,
    });
    expect(calls).not.toHaveProperty('broken');
    expect(calls).not.toHaveProperty('stopped');
  }, 180_000);

  test('one after the other restarted under constant load: no call is lost, cut short or turned away', async () => {
    let turn = 0;
    const order = (): RecorderNode[] => (turn++ % 2 === 0 ? [...pair.nodes] : [...pair.nodes].reverse());
    const traffic = await pair.traffic({ seed: 3, calls: 6, packets: [30, 80], order });
    traffic.begin();
    for (const node of pair.nodes) {
      await happened(traffic, 'bye-answered', 4);
      await node.terminate(ENDED_WITHIN_MS);
      await node.start();
    }
    await happened(traffic, 'bye-answered', 4);
    await traffic.finish(ENDED_WITHIN_MS);
    const { faults, calls, ledgerHolds } = await pair.account(traffic);
    expect({ faults, unserved: traffic.unserved, ledgerHolds }).toEqual({
      faults: [],
      unserved: 0,
      ledgerHolds: true,
    });
    expect(calls.ended).toBeGreaterThan(12);
    expect(calls).not.toHaveProperty('broken');
    expect(calls).not.toHaveProperty('stopped');
  }, 180_000);
});

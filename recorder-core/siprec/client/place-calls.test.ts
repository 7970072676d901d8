import { afterEach, describe, expect, test } from '@jest/globals';
import { placeCalls } from './place-calls.ts';
import { closeAll, setUp, speech } from './test-support/set-up.ts';

afterEach(closeAll);

const parties = [{ aor: 'sip:ana@example.com', audio: speech(200, 3) }];

describe('many calls on one client', () => {
  test('run at once up to the bound, and none is missing from the report', async () => {
    const { client, call } = await setUp({ transport: 'udp', realTime: true });
    const report = await placeCalls(client, () => ({ ...call, parties }), {
      calls: 60,
      perSecond: 400,
      atOnce: 20,
    });
    expect(report).toMatchObject({ calls: 60, completed: 60, failures: {}, packets: 600, mostAtOnce: 20 });
    expect(report.setupMs.p50).toBeGreaterThan(0);
    expect(report.setupMs.max).toBeGreaterThanOrEqual(report.setupMs.p99);
  });

  test('that are refused are counted by status, and the others go on', async () => {
    const { client, call } = await setUp();
    const full = await setUp();
    full.recorder.rejectWith = 503;
    const report = await placeCalls(
      client,
      (index) => ({ ...call, parties, target: index % 2 === 0 ? call.target : full.call.target }),
      { calls: 10, perSecond: 1000, atOnce: 10 },
    );
    expect(report).toMatchObject({ calls: 10, completed: 5, failures: { 503: 5 } });
  });

  test('stop when they are told to', async () => {
    const { client, call } = await setUp({ transport: 'udp', realTime: true });
    const stop = new AbortController();
    const long = [{ aor: 'sip:ana@example.com', audio: speech(60_000, 3) }];
    const placed = placeCalls(
      client,
      (index) => {
        if (index === 2) stop.abort();
        return { ...call, parties: long };
      },
      { calls: 100, perSecond: 100, atOnce: 50, signal: stop.signal },
    );
    expect((await placed).calls).toBe(3);
  });
});

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sendSkewed, type SkewedSender } from '../../../../test/support/skewed-sender.ts';
import { openSpokenCall } from '../../../../test/support/spoken-lines.ts';
import { say } from '../../../../test/support/spoken-packets.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../../test/support/test-hub.ts';
import { waveform } from '../../schemas/recording.ts';

jest.setTimeout(60_000); // databases are made, and thousands of packets go over the loopback one by one

const HEADER = 44;
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function play(id: string, range?: string): Promise<Buffer> {
  const headers = range === undefined ? {} : { Range: range };
  const response = await officer.fetch(`/api/v1/recordings/${id}/audio`, { headers });
  expect(response.status).toBe(range === undefined ? 200 : 206);
  return Buffer.from(await response.arrayBuffer());
}

/** One channel of a WAV of two at 8 kHz. */
function channelOf(wav: Buffer, channel: number): Int16Array {
  expect([wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual([2, 8000]);
  return Int16Array.from({ length: (wav.length - HEADER) / 4 }, (_, i) =>
    wav.readInt16LE(HEADER + 4 * i + 2 * channel),
  );
}

/** Where sound begins after a silence of a tenth of a second at least, in milliseconds. */
function onsetsOf(pcm: Int16Array): number[] {
  const onsets: number[] = [];
  let last = -Infinity;
  for (const [i, sample] of pcm.entries()) {
    if (Math.abs(sample) < 2000) continue;
    if (i - last > 800) onsets.push(i / 8);
    last = i;
  }
  return onsets;
}

describe('a line that was closed and opened again', () => {
  let id: string;
  beforeAll(async () => {
    const call = await openSpokenCall(hub, ['10', '20']);
    await say(call, '20', { fromMs: 0, toMs: 400 });
    await call.close('20');
    await say(call, '10', { fromMs: 400, toMs: 700 });
    call.setTime(1000);
    await call.reopen('20');
    await say(call, '20', { fromMs: 1000, toMs: 1500 });
    call.setTime(2000);
    ({ id } = await call.finish());
  });

  test('is one channel of the playback, beside the other party', async () => {
    const wav = await play(id);
    expect(wav.length).toBe(HEADER + 2000 * 8 * 4);
    expect(onsetsOf(channelOf(wav, 0)).map(Math.round)).toEqual([400]);
    expect(onsetsOf(channelOf(wav, 1)).map(Math.round)).toEqual([0, 1000]);
  });

  test('gives any range as that slice of the whole', async () => {
    const whole = await play(id);
    for (const [from, to] of [
      [0, 100],
      [40, 9001],
      [12_801, 33_333],
      [31_999, 64_044],
    ] as const) {
      expect((await play(id, `bytes=${from}-${to - 1}`)).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  test('is one lane of the waveform', async () => {
    const drawn = await officer.read(waveform, `/api/v1/recordings/${id}/waveform`);
    expect(drawn.channels.map(({ label }) => label)).toEqual(['10', '20']);
    const again = drawn.channels[1]!.peaks.slice((2 * drawn.buckets * 5) / 8);
    expect(Math.max(...again)).toBeGreaterThan(20);
  });
});

test('Two parties with skewed clocks on ways of different length line up within 20 ms', async () => {
  const burstsMs = [1000, 30_000, 60_000, 84_000];
  const senders: Record<string, SkewedSender> = {
    '10': { ssrc: 1, ppm: 200, delayMs: 5, cname: 'sbc' },
    '20': { ssrc: 2, ppm: -200, delayMs: 120, cname: 'sbc' },
  };
  const call = await openSpokenCall(hub, Object.keys(senders));
  const packets = Object.entries(senders).flatMap(([label, sender]) =>
    [...sendSkewed(sender, { startedAtMs: call.startedAtMs, durationMs: 85_000, burstsMs })].map(
      (packet) => ({
        label,
        ...packet,
      }),
    ),
  );
  packets.sort((a, b) => a.arrivesMs - b.arrivesMs);
  for (const { label, arrivesMs, rtp, rtcp } of packets) {
    call.setTime(arrivesMs);
    await call.send(label, rtp, rtcp);
  }
  call.setTime(86_000);
  const { id } = await call.finish();
  const wav = await play(id);
  const [first, second] = [0, 1].map((channel) => onsetsOf(channelOf(wav, channel)));
  expect(first).toHaveLength(burstsMs.length);
  expect(second).toHaveLength(burstsMs.length);
  for (const [i, onset] of first!.entries()) expect(Math.abs(onset - second![i]!)).toBeLessThan(20);
});

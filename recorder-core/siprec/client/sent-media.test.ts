import { afterEach, describe, expect, test } from '@jest/globals';
import { SUITES_BY_PREFERENCE } from '../../media/srtp/srtp-suites.ts';
import { parseTelephoneEvent } from '../../media/telephone-event.ts';
import { OWN_FORMATS } from '../delayed-offer.ts';
import { closeAll, setUp, speech } from './test-support/set-up.ts';
import { codecNames } from './tracks/client-codec.ts';
import { withKeyPresses } from './tracks/key-presses.ts';
import { g711Track } from './tracks/g711-track.ts';
import { suppressSilence } from './tracks/silence-suppression.ts';
import { syntheticTrack } from './tracks/synthetic-track.ts';

afterEach(closeAll);

const ana = { aor: 'sip:ana@example.com', audio: speech(1000, 3) };
const ben = { aor: 'sip:ben@example.com', audio: speech(1000, 5) };
/** 10,000 packets. */
const long = g711Track({ law: 'pcmu', octets: speech(200_000, 3) }, 'pcmu');

describe('what a bad network does to a played call', () => {
  test('reorder, duplicates and jitter over 10,000 packets cost not one octet', async () => {
    const { recorder, client, call } = await setUp({ transport: 'udp' });
    const impairments = { seed: 7, reorderPercent: 3, duplicatePercent: 2, jitterMs: 15, latePercent: 0.5 };
    const { streams } = await client.place({ ...call, parties: [{ ...ana, audio: long }], impairments });
    const line = await recorder.received('1', 10_000);
    expect(line.digest()).toBe(streams[0]?.sha256);
    const { reordered, duplicates, late, lostPackets } = streams[0]!;
    expect([reordered, duplicates, late].map((count) => count > 30)).toEqual([true, true, true]);
    expect(lostPackets).toBe(0);
    const isSorted = line.timestamps.every(
      (stamp, at, all) => at === 0 || (stamp - all[at - 1]!) >>> 0 < 2 ** 31,
    );
    expect(isSorted).toBe(false);
  });

  test('exactly the packets that the report names are missing', async () => {
    const { recorder, client, call } = await setUp({ transport: 'udp' });
    const impairments = { seed: 3, lossPercent: 5, burst: 4 };
    const { streams } = await client.place({ ...call, parties: [{ ...ana, audio: long }], impairments });
    const { packets, lost, lostPackets, sha256, firstSequence } = streams[0]!;
    const line = await recorder.received('1', packets);
    expect(packets + lostPackets).toBe(10_000);
    expect(lostPackets / 10_000).toBeCloseTo(0.05, 1);
    expect(lostPackets / lost.length).toBeGreaterThan(2);
    const missing = new Set(Array.from({ length: 10_000 }, (_, index) => (firstSequence + index) & 0xffff));
    for (const { sequence } of line.arrived) missing.delete(sequence);
    const named = lost.flatMap((gap) =>
      Array.from({ length: gap.packets }, (_, index) => (gap.firstSequence + index) & 0xffff),
    );
    expect(named).toEqual([...missing]);
    expect(line.digest()).toBe(sha256);
  });

  test('the same seed hits the same packets, another one others', async () => {
    const lost = async (seed: number) => {
      const { client, call } = await setUp({ transport: 'udp' });
      const impairments = { seed, lossPercent: 10 };
      const { streams } = await client.place({ ...call, parties: [ana], impairments });
      return streams[0]!.lost.map((gap) => (gap.firstSequence - streams[0]!.firstSequence) & 0xffff);
    };
    expect(await lost(1)).toEqual(await lost(1));
    expect(await lost(1)).not.toEqual(await lost(2));
  });
});

describe('a secured line', () => {
  test.each(SUITES_BY_PREFERENCE)('under %s brings every octet, and RTCP', async (srtp) => {
    const { recorder, client, call } = await setUp();
    const { streams } = await client.place({ ...call, parties: [ana, ben], srtp, rtcpIntervalMs: 500 });
    for (const { label, sha256, suite } of streams) {
      const line = await recorder.received(label, 50);
      expect([line.digest(), line.refused, suite]).toEqual([sha256, 0, srtp]);
      await recorder.rtcp(label, ({ rtcp }) => rtcp.some(({ kind }) => kind === 'goodbye'));
    }
    expect(recorder.offers[0]?.streams.map(({ protocol }) => protocol)).toEqual(['RTP/SAVP', 'RTP/SAVP']);
  });

  test('may stand beside a plain one', async () => {
    const { recorder, client, call } = await setUp();
    const { streams } = await client.place({ ...call, parties: [ana, ben], srtp: 'mixed' });
    expect(recorder.offers[0]?.streams.map(({ protocol }) => protocol)).toEqual(['RTP/SAVP', 'RTP/AVP']);
    for (const { label, sha256 } of streams)
      expect((await recorder.received(label, 50)).digest()).toBe(sha256);
  });

  test('is answered with the keys that an offer of the recorder asks for', async () => {
    const { recorder, client, call } = await setUp();
    recorder.offerSuite = 'AEAD_AES_128_GCM';
    const { streams } = await client.place({ ...call, parties: [ana, ben], offer: 'delayed' });
    for (const { label, sha256, suite } of streams) {
      const line = await recorder.received(label, 50);
      expect([line.digest(), suite]).toEqual([sha256, 'AEAD_AES_128_GCM']);
    }
  });

  test('is plain after all when the recorder offers it so', async () => {
    const { recorder, client, call } = await setUp();
    const srtp = 'AEAD_AES_128_GCM';
    const { streams } = await client.place({ ...call, parties: [ana], offer: 'delayed', srtp });
    expect((await recorder.received('1', 50)).digest()).toBe(streams[0]?.sha256);
    expect(streams[0]?.suite).toBeUndefined();
  });

  test('goes on under new keys', async () => {
    const { recorder, client, call } = await setUp();
    const srtp = 'AES_CM_128_HMAC_SHA1_80';
    const steps = [{ atMs: 400, do: 'rekey' } as const];
    const { streams } = await client.place({ ...call, parties: [ana], srtp, steps });
    const [before, after] = recorder.offers.map((offer) => offer.streams[0]?.crypto[0]);
    expect(after).not.toBe(before);
    const line = await recorder.received('1', 50);
    expect([line.digest(), line.refused]).toEqual([streams[0]?.sha256, 0]);
  });
});

describe('sender reports', () => {
  test('tie the RTP clock to the wall clock, with the skew of the party, and end with goodbye', async () => {
    const { recorder, client, call } = await setUp();
    const party = {
      ...ana,
      audio: g711Track({ law: 'pcmu', octets: speech(20_000, 3) }, 'pcmu'),
      skewPpm: 200,
    };
    const { streams } = await client.place({ ...call, parties: [party] });
    const line = await recorder.rtcp('1', ({ rtcp }) => rtcp.some(({ kind }) => kind === 'goodbye'));
    const reports = line.rtcp.flatMap((packet) => (packet.kind === 'sender-report' ? [packet] : []));
    expect(reports.length).toBe(streams[0]?.rtcpSent);
    expect(reports.length).toBeGreaterThanOrEqual(5);
    const wall = reports.map(({ ntpSeconds, ntpFraction }) => ntpSeconds + ntpFraction / 2 ** 32);
    const passed = wall.at(-1)! - wall[0]!;
    const ticks = (reports.at(-1)!.rtpTimestamp - reports[0]!.rtpTimestamp) >>> 0;
    expect(ticks / 8000 / passed - 1).toBeCloseTo(200e-6, 5);
    expect(reports.at(-1)).toMatchObject({ packetCount: 1000, octetCount: 160_000 });
    expect(line.rtcp).toContainEqual({ kind: 'goodbye', ssrcs: [streams[0]!.ssrc] });
  });

  test('are answered, which is counted', async () => {
    const { client, call } = await setUp({ transport: 'udp', realTime: true });
    const parties = [{ ...ana, audio: speech(200, 3) }];
    const { streams } = await client.place({ ...call, parties, rtcpIntervalMs: 100 });
    expect(streams[0]?.rtcpReceived).toBeGreaterThan(0);
  });
});

describe('a track in the codec', () => {
  test.each(codecNames())('%s arrives with its payload type and clock', async (codec) => {
    const { recorder, client, call } = await setUp();
    const audio = syntheticTrack(codec, { durationMs: 600, ptimeMs: 20, seed: 4 });
    const { streams } = await client.place({ ...call, parties: [{ ...ana, audio }] });
    const line = await recorder.received('1', 30);
    expect(line.digest()).toBe(streams[0]?.sha256);
    const { payloadType, clockRate } = audio.codec;
    expect(line.arrived.map((packet) => packet.payloadType)).toEqual(Array(30).fill(payloadType));
    const span = (line.arrived[29]!.timestamp - line.arrived[0]!.timestamp) >>> 0;
    expect(span).toBe((29 * 20 * clockRate) / 1000);
  });

  test.each(['amr', 'amr-wb'])(
    '%s takes the number that the recorder offers for its packing',
    async (codec) => {
      const { recorder, client, call } = await setUp();
      const audio = syntheticTrack(codec, { durationMs: 100, seed: 4 });
      await client.place({ ...call, parties: [{ ...ana, audio }], offer: 'delayed' });
      const { arrived } = await recorder.received('1', 5);
      const aligned = OWN_FORMATS.find(
        ({ name, fmtp }) => name === audio.codec.name && fmtp === 'octet-align=1',
      );
      expect(new Set(arrived.map(({ payloadType }) => payloadType))).toEqual(new Set([aligned?.payloadType]));
    },
  );

  test('changes in mid-call, to another clock under another source', async () => {
    const { recorder, client, call } = await setUp();
    const track = syntheticTrack('opus', { durationMs: 200, seed: 4 });
    const steps = [{ atMs: 400, do: 'codec', member: 0, track } as const];
    const { streams } = await client.place({ ...call, parties: [ana], steps });
    const line = await recorder.received('1', 30);
    expect([...new Set(line.arrived.map(({ payloadType }) => payloadType))]).toEqual([0, 111]);
    expect(streams[0]).toMatchObject({ codec: 'opus', sources: [{ packets: 20 }, { packets: 10 }] });
    expect(line.digest()).toBe(streams[0]?.sha256);
  });
});

describe('in a G.711 track', () => {
  test('key presses are events of growing length, in the place of the audio', async () => {
    const { recorder, client, call } = await setUp();
    const audio = withKeyPresses(g711Track({ law: 'pcmu', octets: speech(1000, 3) }, 'pcmu'), '5#', 300);
    const { streams } = await client.place({ ...call, parties: [{ ...ana, audio }] });
    const line = await recorder.received('1', 40 + 14);
    const events = line.arrived
      .filter(({ payloadType }) => payloadType === 101)
      .map(({ payload }) => parseTelephoneEvent(payload)!);
    expect(events.map(({ code }) => code)).toEqual([...Array(7).fill(5), ...Array(7).fill(11)]);
    expect(events.slice(0, 7).map(({ duration }) => duration)).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(streams[0]).toMatchObject({ keyPresses: 2, sha256: line.digest() });
  });

  test('silence may be left out, with comfort noise in its place', async () => {
    const { recorder, client, call } = await setUp();
    const octets = Buffer.concat([speech(200, 3), Buffer.alloc(300 * 8, 0xff), speech(100, 3)]);
    const audio = suppressSilence(g711Track({ law: 'pcmu', octets }, 'pcmu'), 'comfort-noise');
    await client.place({ ...call, parties: [{ ...ana, audio }] });
    const line = await recorder.received('1', 16);
    expect(line.arrived.map(({ payloadType }) => payloadType)).toEqual([
      ...Array(10).fill(0),
      13,
      ...Array(5).fill(0),
    ]);
    expect(line.arrived.flatMap(({ marker }, index) => (marker ? [index] : []))).toEqual([0, 11]);
  });
});

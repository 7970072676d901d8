import { createHash, randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  openRecorderBench,
  type RecorderBench,
} from '../../recorder-core/capture/test-support/recorder-bench.ts';
import type { LogEntry } from '../../recorder-core/media/packet-log-reader.ts';
import { parseRtp } from '../../recorder-core/media/rtp.ts';
import { ChannelSegments } from '../../recorder-core/media/segments.ts';
import { parseSdp } from '../../recorder-core/sip/sdp.ts';
import {
  impairedPackets,
  numberOf,
  type ImpairedStream,
  type Impairment,
} from '../support/traffic/impaired-packets.ts';
import { testOffer } from '../support/traffic/test-offer.ts';
import { PACKET_MS, payloadOf } from '../support/traffic/test-payload.ts';

const PACKETS = 5_050; // on each of two streams
/** Datagrams on their way at once; far fewer than a socket's buffer holds. */
const BURST = 40;
/** A seed that failed before: HOLDFAST_TEST_SEED=… */
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 30));
const SEEDS = [seed, seed + 1] as const;

let bench: RecorderBench;
let senders: Socket[];

beforeEach(async () => {
  bench = await openRecorderBench();
  senders = SEEDS.map(() => createSocket('udp4'));
  for (const sender of senders) {
    sender.bind(0, '127.0.0.1');
    await once(sender, 'listening');
  }
});
afterEach(async () => {
  for (const sender of senders) sender.close();
  await bench.close();
});

/** Calls, sends both streams as fast as the recorder takes them, hangs up, and reads what was stored. */
async function record(
  impairment: Impairment,
): Promise<{ streams: ImpairedStream[]; logs: readonly LogEntry[][] }> {
  const lines = senders.map((sender, index) => ({ label: String(index + 1), port: sender.address().port }));
  const { dialog, response } = await bench.invite(testOffer(`exact-${seed}`, lines));
  const { media } = parseSdp(response.body.toString('utf8'));
  const streams = SEEDS.map((each) => impairedPackets(each, PACKETS, impairment));
  let sent = 0;
  for (let from = 0; from < PACKETS * 2; from += BURST) {
    for (const [index, { datagrams }] of streams.entries()) {
      const burst = datagrams.slice(from, from + BURST);
      for (const datagram of burst) senders[index]?.send(datagram, media[index]?.port ?? 0, '127.0.0.1');
      sent += burst.length;
    }
    await bench.untilSeen(sent);
  }
  await dialog.bye();
  const { logs } = await bench.left();
  return { streams, logs: logs.map((log) => [...log]) };
}

function rtpOf(log: readonly LogEntry[]): Buffer[] {
  return log.flatMap((entry) => (entry.kind === 'rtp' ? [entry.bytes] : []));
}

function digestOf(payloads: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const payload of payloads) hash.update(payload);
  return hash.digest('hex');
}

/** Numbers of the packets that the log has, by their sequence numbers over the wrap. */
function numbersIn(log: readonly LogEntry[]): number[] {
  const packets = rtpOf(log);
  const first = parseRtp(packets[0] ?? Buffer.alloc(0))?.sequence ?? 0;
  return packets.map((rtp) => ((parseRtp(rtp)?.sequence ?? 0) - first) & 0xffff);
}

describe('a call of more than 10,000 packets on two streams', () => {
  test('with reorder and duplicates is stored to the byte, each packet once, as it arrived', async () => {
    const { streams, logs } = await record({ reorder: 0.1, duplicate: 0.05 });
    expect(logs).toHaveLength(2);
    for (const [index, log] of logs.entries()) {
      const { datagrams, duplicates } = streams[index]!;
      expect(duplicates).toBeGreaterThan(100);
      expect({ seed, digest: digestOf(rtpOf(log)) }).toEqual({
        seed,
        digest: digestOf([...new Set(datagrams)]),
      });
      const inOrder = rtpOf(log).toSorted((a, b) => numberOf(a) - numberOf(b));
      const said = Array.from({ length: PACKETS }, (_, number) => payloadOf(SEEDS[index]!, number));
      expect(digestOf(inOrder.map((rtp) => parseRtp(rtp)!.payload))).toBe(digestOf(said));
    }
  }, 60_000);

  test('under loss lacks exactly the lost packets, and its timeline marks exactly those as lost', async () => {
    const { streams, logs } = await record({ reorder: 0.02, loss: 0.03 });
    for (const [index, log] of logs.entries()) {
      const { lost } = streams[index]!;
      expect(lost.size).toBeGreaterThan(50);
      const stored = new Set(numbersIn(log));
      const missing = Array.from({ length: PACKETS }, (_, number) => number).filter(
        (number) => !stored.has(number),
      );
      expect({ seed, missing }).toEqual({ seed, missing: [...lost] });
      expect({ seed, marked: numbersMarkedLost(log) }).toEqual({ seed, marked: [...lost] });
    }
  }, 60_000);
});

/** What the timeline calls lost, as packet numbers counted from the first that is heard. */
function numbersMarkedLost(log: readonly LogEntry[]): number[] {
  const numbers: number[] = [];
  let heardFrom: number | undefined;
  const channel = new ChannelSegments();
  channel.begin();
  const segments = [...atTheirPace(log)].flatMap((entry) => channel.push(entry));
  for (const segment of [...segments, ...channel.finish()]) {
    if (segment.kind === 'audio') heardFrom ??= segment.offsetMs;
    else if (segment.reason === 'loss') {
      const first = Math.round((segment.offsetMs - (heardFrom ?? 0)) / PACKET_MS);
      const count = Math.round(segment.durationMs / PACKET_MS);
      for (let number = first; number < first + count; number += 1) numbers.push(number);
    }
  }
  return numbers;
}

/** The log as it would be had each packet come when it was due: the test sends as fast as the recorder takes it. */
function* atTheirPace(log: readonly LogEntry[]): Generator<LogEntry> {
  let atMicros = 0;
  for (const entry of log) {
    if (entry.kind === 'rtp') atMicros = Math.max(atMicros, numberOf(entry.bytes) * PACKET_MS * 1000);
    yield 'atMicros' in entry ? { ...entry, atMicros } : entry;
  }
  yield { kind: 'end', truncated: false, closed: true };
}

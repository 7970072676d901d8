import { encodePcmu } from '../../recorder-core/media/g711.ts';
import { buildRtp } from '../../recorder-core/media/rtp.ts';

/** A sender of G.711 whose clock runs too fast or too slow and whose packets take their time. */
export interface SkewedSender {
  readonly ssrc: number;
  /** Of its sampling clock against the true one; it states the true time in its sender reports. */
  readonly ppm: number;
  readonly delayMs: number;
  /** Canonical name: who share it are of one clock. */
  readonly cname: string;
}

/** One packet of 20 ms on its way. */
export interface SentPacket {
  readonly arrivesMs: number;
  readonly rtp: Buffer;
  readonly rtcp: Buffer | undefined;
}

const SAMPLES = 160;
const REPORT_EVERY = 250;
const BURST_MS = 200;
const UNIX_TO_NTP_MS = 2_208_988_800_000;

/**
 * What it sends from `startedAtMs` on for `durationMs` of true time: silence, with a burst of sound at each of `burstsMs`,
 * true time after the start. A report goes before every 250th packet.
 */
export function* sendSkewed(
  sender: SkewedSender,
  call: { readonly startedAtMs: number; readonly durationMs: number; readonly burstsMs: readonly number[] },
): Generator<SentPacket, void, undefined> {
  const { ssrc, ppm, delayMs } = sender;
  const trueMs = (sample: number): number => sample / 8 / (1 + ppm / 1e6);
  for (let i = 0; trueMs(i * SAMPLES) < call.durationMs; i++) {
    const pcm = Int16Array.from({ length: SAMPLES }, (_, n) => {
      const at = trueMs(i * SAMPLES + n);
      const sounds = call.burstsMs.some((from) => at >= from && at < from + BURST_MS);
      return sounds ? 12_000 * Math.sin(n / 2) : 0;
    });
    const fields = { payloadType: 0, sequence: i & 0xffff, timestamp: i * SAMPLES, ssrc };
    const spokenMs = trueMs(i * SAMPLES);
    yield {
      arrivesMs: spokenMs + delayMs,
      rtp: buildRtp({ ...fields, payload: Buffer.from(encodePcmu(pcm)) }),
      rtcp: i % REPORT_EVERY === 1 ? reportOf(sender, call.startedAtMs + spokenMs, i * SAMPLES) : undefined,
    };
  }
}

/** Sender report and description in one compound (RFC 3550 section 6.1). */
function reportOf({ ssrc, cname }: SkewedSender, unixMs: number, timestamp: number): Buffer {
  const ntpMs = unixMs + UNIX_TO_NTP_MS;
  const report = Buffer.alloc(28);
  report.writeUInt32BE(0x80c8_0006, 0);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(Math.floor(ntpMs / 1000), 8);
  report.writeUInt32BE(Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), 12);
  report.writeUInt32BE(timestamp, 16);
  const name = Buffer.from(cname);
  const description = Buffer.alloc(8 + 2 + name.length + 4 - ((2 + name.length) % 4));
  description.writeUInt16BE(0x81ca, 0);
  description.writeUInt16BE(description.length / 4 - 1, 2);
  description.writeUInt32BE(ssrc, 4);
  description.set([1, name.length, ...name], 8);
  return Buffer.concat([report, description]);
}

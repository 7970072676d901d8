import { createHash } from 'node:crypto';
import { concealKeys } from '../../recorder-core/capture/conceal-keys.ts';
import type { LeftRecording } from '../../recorder-core/capture/test-support/recorder-bench.ts';
import { parseRtp } from '../../recorder-core/media/rtp.ts';
import type { LogEntry } from '../../recorder-core/media/packet-log-reader.ts';
import { PARTIES } from './parties.ts';
import type { SentBody } from './wire-tap.ts';

/** A line of a recording: the payload on it and who spoke there, as `changes.ts` writes it. */
export interface Channel {
  readonly sha256: string;
  readonly speakers: readonly string[];
  /** From when to when it was on hold, in ms of the recording. */
  readonly hold: readonly (readonly [from: number, to: number])[];
}

/** The channels of a recording, in the order of its lines. */
export function channelsOf({ sealed, logs }: LeftRecording): Channel[] {
  const media = sealed.parts.filter(({ kind }) => kind === 'media');
  const labels = [...new Set(media.map(({ label }) => label))];
  return labels.map((label) => {
    const own = media.flatMap((part, index) => (part.label === label ? [logs[index] ?? []] : []));
    return {
      sha256: payloadDigest(own.flat()),
      speakers: speakersOf(sealed, label),
      hold: holdsOf(own.flat()),
    };
  });
}

function payloadDigest(log: readonly LogEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of log) {
    if (entry.kind === 'rtp') hash.update(parseRtp(entry.bytes)?.payload ?? Buffer.alloc(0));
  }
  return hash.digest('hex');
}

/** Nearer to the beginning or end of a call nobody joins or leaves; a request in between takes a moment of its time. */
const MARGIN_MS = 300;

function speakersOf({ parties, facts }: LeftRecording['sealed'], label: string | null): string[] {
  return parties
    .filter((party) => party.label === label)
    .map(({ address, joinedAtMs, leftAtMs }) => {
      const joined = Math.round(joinedAtMs - facts.startedAtMs);
      const left = Math.round((leftAtMs ?? facts.endedAtMs) - facts.startedAtMs);
      const from = joined > MARGIN_MS ? `>${joined}` : '';
      return `${letterOf(address)}${from}${left < facts.durationMs - MARGIN_MS ? `<${left}` : ''}`;
    });
}

/** A vendor may write an address without scheme or host. */
function letterOf(address: string | null): string {
  if (address === null) return '?';
  const known = Object.entries(PARTIES).find(([, { aor }]) => address.includes(/\d+/.exec(aor)?.[0] ?? ' '));
  return known?.[0] ?? address;
}

function holdsOf(log: readonly LogEntry[]): [number, number][] {
  const marks = log.flatMap((entry) =>
    entry.kind === 'event' && ['hold', 'resume'].includes(entry.event.type)
      ? [{ type: entry.event.type, atMs: Math.round(entry.atMicros / 1000) }]
      : [],
  );
  return marks.flatMap(({ type, atMs }, index) =>
    type === 'hold' ? [[atMs, marks[index + 1]?.atMs ?? Infinity] as [number, number]] : [],
  );
}

/** The bodies of the recording client that the journal kept, and whether each has a time within the recording. */
export function keptBodies({ journal, sealed }: LeftRecording): { bodies: SentBody[]; inTime: boolean } {
  const offers = journal.flatMap((entry) => (entry.type === 'offer' ? [entry] : []));
  const requests = offers.filter(({ method }) => method !== '200');
  const times = offers.map(({ atMs }) => Math.round(atMs));
  const { startedAtMs, endedAtMs } = sealed.facts;
  return {
    bodies: requests.map(({ method, contentType = '', body }) => ({
      method,
      contentType,
      body: Buffer.from(body, 'base64'),
    })),
    inTime: times.every((time, index) => time >= (times[index - 1] ?? startedAtMs) && time <= endedAtMs),
  };
}

/** A sent body as it may be kept: without the keys in it. */
export function asKept({ method, contentType, body }: SentBody): SentBody {
  return { method, contentType, body: concealKeys(body) };
}

/** Milliseconds by which the RTP clock of a line, over all its packets, differs from the time between their arrivals. */
export function clockDrift(log: readonly LogEntry[]): number {
  const packets = log.flatMap((entry) => {
    const rtp = entry.kind === 'rtp' ? parseRtp(entry.bytes) : undefined;
    return rtp === undefined || entry.kind !== 'rtp' ? [] : [{ rtp, atMs: entry.atMicros / 1000 }];
  });
  const [first] = packets;
  const last = packets.findLast(({ rtp }) => rtp.ssrc === first?.rtp.ssrc);
  if (first === undefined || last === undefined) return 0;
  return Math.abs(((last.rtp.timestamp - first.rtp.timestamp) >>> 0) / 8 - (last.atMs - first.atMs));
}

/** What a packet log has to play, learnt from all of it before any of it is played. */
import { isDecodable, payloadBandRate } from './codec.ts';
import type { CodecDescription } from './codec-description.ts';
import { codecRole, describePayloadType } from './codec-description.ts';
import type { RenderRate } from './codecs/decoder.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import { readPacketLog } from './packet-log-reader.ts';
import { parseRtp } from './rtp.ts';

/** What the audio packets of a log are. */
export interface AudioSurvey {
  /** The least rate that keeps all that was said: by the packets that came, not by what an SDP allowed. */
  readonly rate: RenderRate;
  /** Encoding names of the audio packets received, in capitals, sorted. */
  readonly codecs: readonly string[];
  /** Those of them that cannot be played here. */
  readonly silent: readonly string[];
}

/**
 * Reads a whole log. The same log gives the same rate at any time, so a file of that rate keeps its length and bytes.
 * Fails as `readPacketLog`.
 */
export async function surveyAudio(
  log: AsyncIterable<Buffer>,
  speech: SpeechDecoder | undefined,
): Promise<AudioSurvey> {
  let negotiated: readonly CodecDescription[] = [];
  let rate: RenderRate = 8000;
  const codecs = new Map<string, boolean>();
  for await (const entry of readPacketLog(log)) {
    if (entry.kind === 'header') negotiated = entry.header.codecs;
    if (entry.kind === 'event' && entry.event.type === 'codecs') negotiated = entry.event.codecs;
    const packet = entry.kind === 'rtp' ? parseRtp(entry.bytes) : undefined;
    if (packet === undefined) continue;
    const codec = describePayloadType(packet.payloadType, negotiated);
    if (codecRole(codec) !== 'audio') continue;
    const name = codec?.name.toUpperCase() ?? `PAYLOAD-TYPE-${packet.payloadType}`;
    if (!codecs.has(name)) codecs.set(name, isDecodable(codec, speech));
    rate = Math.max(rate, payloadBandRate(codec, packet.payload)) as RenderRate;
  }
  const names = [...codecs.keys()].sort();
  return { rate, codecs: names, silent: names.filter((name) => codecs.get(name) === false) };
}

/** Of several parties together: one rate for all, every codec once. */
export function joinSurveys(surveys: readonly AudioSurvey[]): AudioSurvey {
  const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())].sort();
  return {
    rate: Math.max(8000, ...surveys.map(({ rate }) => rate)) as RenderRate,
    codecs: union(surveys.map(({ codecs }) => codecs)),
    silent: union(surveys.map(({ silent }) => silent)),
  };
}

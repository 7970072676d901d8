/** What packet logs have to play, learnt from all of them before any of it is played. */
import { isDecodable, payloadBandRate } from './codec.ts';
import type { CodecDescription } from './codec-description.ts';
import { codecRole, describePayloadType } from './codec-description.ts';
import type { RenderRate } from './codecs/decoder.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import type { LogEntry } from './packet-log-reader.ts';
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

/** Feed it every entry of one log, or of several one after the other, in stored order; then ask. */
export class AudioSurveyor {
  readonly #speech: SpeechDecoder | undefined;
  readonly #codecs = new Map<string, boolean>();
  #negotiated: readonly CodecDescription[] = [];
  #rate: RenderRate = 8000;

  /** `speech` plays AMR, AMR-WB and G.729; without it they are silent. */
  constructor(speech: SpeechDecoder | undefined) {
    this.#speech = speech;
  }

  push(entry: LogEntry): void {
    if (entry.kind === 'header') this.#negotiated = entry.header.codecs;
    if (entry.kind === 'event' && entry.event.type === 'codecs') this.#negotiated = entry.event.codecs;
    const packet = entry.kind === 'rtp' ? parseRtp(entry.bytes) : undefined;
    if (packet === undefined) return;
    const codec = describePayloadType(packet.payloadType, this.#negotiated);
    if (codecRole(codec) !== 'audio') return;
    const name = codec?.name.toUpperCase() ?? `PAYLOAD-TYPE-${packet.payloadType}`;
    if (!this.#codecs.has(name)) this.#codecs.set(name, isDecodable(codec, this.#speech));
    this.#rate = Math.max(this.#rate, payloadBandRate(codec, packet.payload)) as RenderRate;
  }

  /** The same logs give the same rate at any time, so a file of that rate keeps its length and bytes. */
  finish(): AudioSurvey {
    const names = [...this.#codecs.keys()].sort();
    return {
      rate: this.#rate,
      codecs: names,
      silent: names.filter((name) => this.#codecs.get(name) === false),
    };
  }
}

/** Reads a whole log. Fails as `readPacketLog`. */
export async function surveyAudio(
  log: AsyncIterable<Buffer>,
  speech: SpeechDecoder | undefined,
): Promise<AudioSurvey> {
  const surveyor = new AudioSurveyor(speech);
  for await (const entry of readPacketLog(log)) surveyor.push(entry);
  return surveyor.finish();
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

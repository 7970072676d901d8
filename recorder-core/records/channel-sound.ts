import type { LoggedPart } from '../media/channel-timeline.ts';
import { readClockPlan } from '../media/clock-plan.ts';
import type { SpeechDecoder } from '../media/codecs/speech-decoder.ts';
import { readPacketLog, type LogEntry } from '../media/packet-log-reader.ts';
import { AudioSurveyor, joinSurveys, type AudioSurvey } from '../media/survey-audio.ts';
import type { Channel } from './channels.ts';
import type { Part } from './parts.ts';

/** The plaintext of a part from its start, opened when it is first read; `streamPart` or what watches over it. */
export type ReadPart = (part: Part) => AsyncIterable<Buffer>;

/** The packet logs of a channel with their clock plans, in the order in which they are heard. */
export function channelLogs({ parts }: Channel, readPart: ReadPart): LoggedPart[] {
  return parts.map((part) => ({ log: readPart(part), plan: readClockPlan(part.clockPlan) }));
}

/** What all channels together have to play; `onEntry` sees every entry of every log. Reads each once; fails as they do. */
export async function surveyChannels(
  channels: readonly Channel[],
  readPart: ReadPart,
  speech: SpeechDecoder | undefined,
  onEntry: (part: Part, entry: LogEntry) => void = () => undefined,
): Promise<AudioSurvey> {
  const surveys: AudioSurvey[] = [];
  for (const part of channels.flatMap(({ parts }) => parts)) {
    const surveyor = new AudioSurveyor(speech);
    for await (const entry of readPacketLog(readPart(part))) {
      surveyor.push(entry);
      onEntry(part, entry);
    }
    surveys.push(surveyor.finish());
  }
  return joinSurveys(surveys);
}

/** True where there is sound and none of it can be played here: silence would say that nobody spoke. */
export function isUnplayable({ codecs, silent }: AudioSurvey): boolean {
  return codecs.length > 0 && silent.length === codecs.length;
}

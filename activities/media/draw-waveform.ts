import { measurePeaks, type Peaks } from '../../recorder-core/media/peaks.ts';
import { framesOf, renderPcm } from '../../recorder-core/media/render.ts';
import { channelLogs, isUnplayable, surveyChannels } from '../../recorder-core/records/channel-sound.ts';
import type { Channel } from '../../recorder-core/records/channels.ts';
import { streamPart } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Steps of a waveform; enough for the widest screen. */
const BUCKETS = 1200;

/** The content of a waveform part. */
export interface DrawnWaveform {
  readonly version: 1;
  /** Of each channel, in the order of the peaks. */
  readonly labels: readonly (string | null)[];
  readonly peaks: Peaks;
}

/**
 * Draws every channel over the whole recording. Undefined where no codec of the recording can be played: a picture of
 * silence would say that nobody spoke. Errors as `openPart` and `renderPcm`.
 */
export async function drawWaveform(
  deps: ActivityDependencies,
  tenantId: string,
  recording: Recording,
  channels: readonly Channel[],
): Promise<DrawnWaveform | undefined> {
  const readPart = (part: Part) => streamPart(deps, tenantId, part);
  const survey = await surveyChannels(channels, readPart, deps.speech);
  if (isUnplayable(survey)) return undefined;
  const { rate } = survey;
  const frames = framesOf(recording.durationMs, rate);
  const pcm = renderPcm({
    parties: channels.map((channel) => channelLogs(channel, readPart)),
    rate,
    speech: deps.speech,
    from: 0,
    to: frames,
    originMs: Date.parse(recording.startedAt),
  });
  const peaks = await measurePeaks(pcm, { channels: channels.length, frames, buckets: BUCKETS });
  return { version: 1, labels: channels.map(({ label }) => label), peaks };
}

import { framesOf, renderPcm } from '../media/render.ts';
import { channelLogs, isUnplayable, surveyChannels, type ReadPart } from '../records/channel-sound.ts';
import { streamPart } from '../records/open-part.ts';
import type { BundleFile, BundleFiles } from './bundle-files.ts';
import type { BundleAccess, BundleOrder } from './bundle-order.ts';
import { CodecPaths } from './codec-path.ts';
import { infoWavHeader } from './info-wav.ts';
import type { ExportedRecording } from './read-recording.ts';
import { markPcm } from './sound-mark.ts';

/** The sound of a recording as it can be played, or why there is none. */
export interface Playable {
  /** Null where nothing can be played. */
  readonly file: BundleFile | null;
  readonly rate: number;
  /** Encoding names of what was received, and those of them that are silence in the file. */
  readonly codecs: readonly string[];
  readonly notPlayed: readonly string[];
  readonly paths: CodecPaths;
}

/** What the sound of a bundle is marked with. */
export interface Mark {
  readonly order: BundleOrder;
  /** As `markChips` makes them. */
  readonly chips: Int8Array;
}

/**
 * Renders what can be heard of a recording to `audio.wav`: one channel a line, silence where nothing was received, the recipient
 * named in the file and their mark in the sound. The stored parts are not touched. Fails as `openPart` and `renderPcm`.
 */
export async function* writePlayable(
  access: BundleAccess,
  { order, chips }: Mark,
  { recording, channels }: ExportedRecording,
  files: BundleFiles,
): AsyncGenerator<Buffer, Playable, undefined> {
  const readPart: ReadPart = (part) => streamPart(access, order.tenantId, part);
  const paths = new CodecPaths();
  const survey = await surveyChannels(channels, readPart, access.speech, (part, entry) => {
    paths.push(part, entry);
  });
  const { rate, codecs, silent } = survey;
  const described = { rate, codecs, notPlayed: silent, paths };
  if (channels.every(({ parts }) => parts.length === 0) || isUnplayable(survey))
    return { file: null, ...described };
  const shape = { rate, channels: channels.length, frames: framesOf(recording.durationMs, rate) };
  const header = infoWavHeader(shape, {
    INAM: `Recording ${recording.id}`,
    ICMT: `Copy for ${order.recipient.name}; mark ${order.recipient.watermark}; export ${order.id}`,
    ICRD: recording.startedAt,
    ISFT: access.software,
  });
  const pcm = renderPcm({
    parties: channels.map((channel) => channelLogs(channel, readPart)),
    rate,
    originMs: Date.parse(recording.startedAt),
    speech: access.speech,
    from: 0,
    to: shape.frames,
  });
  const file = yield* files.add({
    path: `recordings/${recording.id}/audio.wav`,
    role: 'playable',
    expected: header.length + shape.frames * shape.channels * 2,
    content: headed(header, markPcm(pcm, shape, chips)),
  });
  return { file, ...described };
}

async function* headed(header: Buffer, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield header;
  yield* body;
}

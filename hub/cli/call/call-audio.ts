import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodecName } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';
import { g711Track } from '../../../recorder-core/siprec/client/tracks/g711-track.ts';
import { withKeyPresses } from '../../../recorder-core/siprec/client/tracks/key-presses.ts';
import { openTrack } from '../../../recorder-core/siprec/client/tracks/open-track.ts';
import { suppressSilence } from '../../../recorder-core/siprec/client/tracks/silence-suppression.ts';
import { syntheticTrack } from '../../../recorder-core/siprec/client/tracks/synthetic-track.ts';
import { repeatTrack, type Track } from '../../../recorder-core/siprec/client/tracks/track.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { SAMPLE_FOLDER } from '../../main/sample-call.ts';
import type { CallSettings } from './call-settings.ts';

/** Endings of the sample files by codec; the others are sent as packets made up from the seed. */
const SAMPLES: Partial<Record<CodecName, string>> = {
  pcmu: 'ulaw',
  pcma: 'ulaw',
  opus: 'opus',
  g722: 'g722',
  'g726-32': 'g726',
};
const SPEAKERS = ['agent', 'customer'] as const;
const SYNTHETIC_MS = 14_000;
const KEYS_AT_MS = 1000;

/** What the two parties of the call say. @throws HoldfastError `invalid_input` for a file that cannot be sent */
export async function callAudio(settings: CallSettings): Promise<[agent: Track, customer: Track]> {
  const [agent, customer] = await Promise.all(
    [0, 1].map((party) => trackOf(settings, settings.codec, party)),
  );
  if (agent === undefined || customer === undefined) throw new Error('A call has two parties.');
  const { dtmf } = settings;
  return [dtmf === undefined ? agent : withKeyPresses(agent, dtmf, KEYS_AT_MS), customer];
}

/** The sample audio of a party, from 0, in a codec; made up from the seed where there is none. */
export async function sampleTrack(settings: CallSettings, codec: CodecName, party: number): Promise<Track> {
  const { ptime, seed } = settings;
  const ending = SAMPLES[codec];
  if (ending === undefined)
    return syntheticTrack(codec, { durationMs: SYNTHETIC_MS, ptimeMs: ptime, seed: seed + party });
  const file = await readFile(join(SAMPLE_FOLDER, `${SPEAKERS[party % 2] ?? 'agent'}.${ending}`));
  return codec === 'pcma'
    ? g711Track({ law: 'pcmu', octets: file }, codec, ptime)
    : openTrack(file, codec, ptime);
}

async function trackOf(settings: CallSettings, codec: CodecName, party: number): Promise<Track> {
  const { audio, ptime, duration, dtx } = settings;
  const path = audio[party % Math.max(1, audio.length)];
  const spoken =
    path === undefined
      ? await sampleTrack(settings, codec, party)
      : openTrack(await readAudio(path), codec, ptime);
  const timed = duration === undefined ? spoken : repeatTrack(spoken, duration * 1000);
  return dtx === undefined ? timed : suppressSilence(timed, dtx);
}

async function readAudio(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new HoldfastError('not_found', 'An audio file of the call cannot be read; check --audio.', {
      field: 'audio',
      detail: path,
      cause,
    });
  }
}

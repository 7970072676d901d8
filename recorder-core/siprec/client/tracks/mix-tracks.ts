import { encodePcma, encodePcmu } from '../../../media/g711.ts';
import { decodeG711, g711Track } from './g711-track.ts';
import type { Track } from './track.ts';

const LOUDEST = 32_767;

/**
 * All voices in one track, as sources with a single mixed line send it. Only G.711 of one law can be mixed without a
 * decoder; of other codecs the first voice stands for all. @throws RangeError without a track
 */
export function mixTracks(tracks: readonly Track[]): Track {
  const [first] = tracks;
  if (first === undefined) throw new RangeError('A mixed line has a voice.');
  const { codec } = first.codec;
  const mixable = tracks.length > 1 && tracks.every((track) => track.codec.codec === codec);
  if (!mixable || (codec !== 'pcmu' && codec !== 'pcma')) return first;
  const voices = tracks.map((track) => samplesOf(track, codec));
  const length = Math.max(...voices.map((voice) => voice.length));
  const mixed = Int16Array.from({ length }, (_, at) => {
    const sum = voices.reduce((total, voice) => total + (voice[at] ?? 0), 0);
    return Math.max(-LOUDEST, Math.min(LOUDEST, sum));
  });
  const octets = codec === 'pcmu' ? encodePcmu(mixed) : encodePcma(mixed);
  return g711Track({ law: codec, octets }, codec, first.ptimeMs);
}

function samplesOf(track: Track, law: 'pcmu' | 'pcma'): Int16Array {
  const payloads = [...track.frames()].filter(({ kind }) => kind === 'audio').map(({ payload }) => payload);
  return decodeG711(law, Buffer.concat(payloads));
}

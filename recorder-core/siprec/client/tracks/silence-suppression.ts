import { HoldfastError } from '../../../errors.ts';
import { decodeG711 } from './g711-track.ts';
import type { Track } from './track.ts';

/** Peak of a packet that counts as silence, in 16-bit units: about -50 dBov. */
const SILENCE_PEAK = 100;
/** Noise level in -dBov (RFC 3389 section 3). */
const NOISE_LEVEL = 60;

/**
 * The track with discontinuous transmission: silent packets are not sent. With `comfort-noise` the first of each silence
 * becomes a comfort-noise packet (RFC 3389), with `none` nothing tells of it. The packet after a silence is marked.
 *
 * @throws HoldfastError `invalid_input` for a codec other than G.711, whose silence cannot be told without decoding it.
 */
export function suppressSilence(track: Track, filler: 'comfort-noise' | 'none'): Track {
  const { codec } = track.codec;
  if (codec !== 'pcmu' && codec !== 'pcma') {
    throw new HoldfastError(
      'invalid_input',
      'Silence can be left out of G.711 only; choose --codec pcmu or pcma, or send the silence.',
      { field: 'dtx' },
    );
  }
  return {
    ...track,
    *frames() {
      let silent = false;
      for (const frame of track.frames()) {
        if (frame.kind === 'audio' && isSilent(decodeG711(codec, frame.payload))) {
          if (!silent && filler === 'comfort-noise') {
            yield { ...frame, kind: 'comfort-noise', payload: Buffer.from([NOISE_LEVEL]), marker: false };
          }
          silent = true;
        } else {
          yield silent ? { ...frame, marker: true } : frame;
          silent = false;
        }
      }
    },
  };
}

function isSilent(samples: Int16Array): boolean {
  return samples.every((sample) => Math.abs(sample) < SILENCE_PEAK);
}

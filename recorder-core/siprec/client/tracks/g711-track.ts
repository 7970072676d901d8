import { decodePcma, decodePcmu, encodePcma, encodePcmu } from '../../../media/g711.ts';
import { checkPacketTime, clientCodec } from './client-codec.ts';
import { makeTrack, type Track } from './track.ts';

/** Samples, and G.711 octets, in a ms. */
const PER_MS = 8;

/** What a G.711 track is made from: octets of either law, or linear samples; all at 8 kHz, one channel. */
export type G711Audio =
  | { readonly law: 'pcmu' | 'pcma'; readonly octets: Buffer }
  | { readonly law: 'linear'; readonly samples: Int16Array };

/**
 * A G.711 track. Octets of the wanted law go out exactly as they are, so that their digest is that of the audio; the last
 * packet may be short. @throws HoldfastError `invalid_input` for a packet time that is no whole number of ms.
 */
export function g711Track(audio: G711Audio, law: 'pcmu' | 'pcma', ptimeMs = 20): Track {
  const codec = clientCodec(law);
  checkPacketTime(codec, ptimeMs);
  const octets = octetsOf(audio, law);
  const size = ptimeMs * PER_MS;
  const packets = Array.from({ length: Math.ceil(octets.length / size) }, (_, index) => {
    const payload = octets.subarray(index * size, (index + 1) * size);
    return { payload, ticks: payload.length };
  });
  return makeTrack(codec, ptimeMs, packets);
}

/** The samples of a payload of either law. */
export function decodeG711(law: 'pcmu' | 'pcma', octets: Uint8Array): Int16Array {
  return law === 'pcmu' ? decodePcmu(octets) : decodePcma(octets);
}

function octetsOf(audio: G711Audio, law: 'pcmu' | 'pcma'): Buffer {
  if (audio.law === law) return audio.octets;
  const samples = audio.law === 'linear' ? audio.samples : decodeG711(audio.law, audio.octets);
  return law === 'pcmu' ? encodePcmu(samples) : encodePcma(samples);
}

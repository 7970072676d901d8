import { encodePcmu } from '../../recorder-core/media/g711.ts';

/** G.711 µ-law of a sine, `ms` long. */
export function toneFor(hertz: number, ms: number): Buffer {
  const samples = Int16Array.from({ length: ms * 8 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * hertz * i) / 8000)),
  );
  return Buffer.from(encodePcmu(samples));
}

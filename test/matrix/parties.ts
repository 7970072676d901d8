import { syntheticTrack } from '../../recorder-core/siprec/client/tracks/synthetic-track.ts';

/** How long a call of the matrix lasts without its holds, in ms. */
export const TALK_MS = 2_400;

/** Who is in the calls of the matrix, by the letter that expectations name them by; each packet has octets of its own. */
export const PARTIES = {
  a: party('a', '5550101', TALK_MS, 1),
  b: party('b', '5550102', 2_000, 2),
  c: party('c', '5550103', 1_000, 3),
} as const;

function party(letter: string, digits: string, durationMs: number, seed: number) {
  return {
    aor: `sip:${digits}@src.example`,
    name: `Desk ${letter}`,
    audio: syntheticTrack('pcmu', { durationMs, seed }),
  };
}

import type { Track } from './tracks/track.ts';

/** One end of the call to play: who it is and what it says. */
export interface CallParty {
  /** Address of record: `sip:ana@example.com`, `tel:+15550100` or a bare number. */
  readonly aor: string;
  readonly name?: string;
  /** A track, or G.711 mu-law octets at 8 kHz, which are sent as they are in packets of 20 ms. */
  readonly audio: Buffer | Track;
  /** Label of the media line; the line's place, from 1, when left out. */
  readonly label?: string;
  /** How much faster this party's media clock runs than the wall clock. */
  readonly skewPpm?: number;
}

import { HoldfastError } from '../../../errors.ts';
import type { ClientForm } from '../../dialects/client-form.ts';
import type { CallParty } from '../call-party.ts';
import { g711Track } from '../tracks/g711-track.ts';
import { mixTracks } from '../tracks/mix-tracks.ts';
import type { Track } from '../tracks/track.ts';

/** A line before it is opened. */
export interface PlannedLine {
  /** In SDP and metadata; undefined where the dialect gives none. */
  readonly label: string | undefined;
  /** In events and in the report. */
  readonly name: string;
  readonly track: Track;
  readonly skewPpm: number;
  /** Who speaks on it. */
  readonly parties: readonly CallParty[];
}

/** The track of a party; bare octets are G.711 mu-law. */
export function trackOf({ audio }: Pick<CallParty, 'audio'>): Track {
  return Buffer.isBuffer(audio) ? g711Track({ law: 'pcmu', octets: audio }, 'pcmu') : audio;
}

/** The line of one party, at its place among the lines of the call. */
export function planLine(form: ClientForm, party: CallParty, index: number): PlannedLine {
  const name = party.label ?? String(index + 1);
  return {
    label: form.label === undefined ? name : form.label(index),
    name,
    track: trackOf(party),
    skewPpm: party.skewPpm ?? 0,
    parties: [party],
  };
}

/**
 * The lines a call begins with: one for each party, or one mixed of all, as the dialect has it.
 *
 * @throws HoldfastError `invalid_input` without a party with audio, or when two lines have one label.
 */
export function planLines(form: ClientForm, parties: readonly CallParty[]): PlannedLine[] {
  const separate = parties.map((party, index) => planLine(form, party, index));
  const names = new Set(separate.map(({ name }) => name));
  if (!separate.some(({ track }) => track.durationMs > 0) || names.size < separate.length) {
    throw new HoldfastError(
      'invalid_input',
      'A call needs at least one party with audio, and a label of its own for each; correct the parties.',
      { field: 'parties' },
    );
  }
  const [first] = separate;
  if (form.lines !== 'mixed' || first === undefined) return separate;
  return [{ ...first, track: mixTracks(separate.map(({ track }) => track)), parties }];
}

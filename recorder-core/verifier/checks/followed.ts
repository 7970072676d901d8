/** The checks whose findings were gathered while the entries were read. */
import type { Manifest } from '../manifest.ts';
import { counted } from '../refused.ts';
import type { Passed } from '../report.ts';
import { requireEnds } from './chains.ts';
import type { ReadLeaves } from './read-leaves.ts';
import { CLOCK_TOLERANCE_MS } from './time.ts';

const END_OF_CHAIN =
  'That the log holds no further, later entries about these recordings: where they end is what the exporter states under its seal. Whoever has the whole log can check it with --log.';

/** `wholeLog` says that the whole log is at hand, so that the ends of the chains are checked with it. @throws integrity_failed. */
export function checkChains(
  { recordings }: Manifest,
  { chains, faults }: ReadLeaves,
  wholeLog: boolean,
): Passed<true> {
  if (faults.chains !== undefined) throw faults.chains;
  requireEnds(recordings, chains);
  const open = [...chains.values()].filter(({ counted: counts }) => !counts).length;
  const uncounted = `That no entry about ${open} of ${counted(recordings.length, 'recording')} was left out: their entries are of the first schema and do not count themselves.`;
  return {
    statement: `The entries about ${recordings.length - open} of ${counted(recordings.length, 'recording')} count themselves from the first on, each naming the one before it; none is missing up to where the manifest says that they end.`,
    value: true,
    notProven: wholeLog ? [] : open > 0 ? [uncounted, END_OF_CHAIN] : [END_OF_CHAIN],
    shown: open < recordings.length,
  };
}

/** @throws integrity_failed. */
export function checkOpenings({ opened, faults }: ReadLeaves): Passed<true> {
  if (faults.openings !== undefined) throw faults.openings;
  return {
    statement: `${counted(opened, 'personal detail')} shown with entries, each the one its entry was made with.`,
    value: true,
  };
}

/** @throws integrity_failed. */
export function checkClock({ count, unbounded, faults }: ReadLeaves): Passed<true> {
  if (faults.clock !== undefined) throw faults.clock;
  const dated = `That ${unbounded} of ${counted(count, 'entry', 'entries')} were made when they say: no time from outside stands in the history before them, so they could have been dated back.`;
  return {
    statement: `No entry's own time contradicts a time from outside or the order of the log by more than ${CLOCK_TOLERANCE_MS / 60_000} minutes.`,
    value: true,
    notProven: unbounded > 0 ? [dated] : [],
  };
}

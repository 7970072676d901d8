import { ProblemError } from './problem.ts';

const PAUSE_MS = 3_000;
/** A waveform is drawn within seconds; one that is not there after a minute is not waited for. */
const MOST_ASKED = 20;

/** After how long to ask again for a waveform, which is drawn anew where sound was destroyed; false for not at all. Pure. */
export function askAgainForWaveform(error: unknown, asked: number): number | false {
  const isUndrawn = error instanceof ProblemError && error.code === 'not_found';
  return isUndrawn && asked < MOST_ASKED ? PAUSE_MS : false;
}

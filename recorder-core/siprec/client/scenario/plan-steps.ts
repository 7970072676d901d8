import { HoldfastError } from '../../../errors.ts';
import type { CallOptions } from '../call-options.ts';
import type { CallStep } from './call-step.ts';

/**
 * The steps of a call in order of time; those of one moment keep theirs. The hold of the options is two steps.
 *
 * @throws HoldfastError `invalid_input` for a hold that would begin after the audio has ended, or a step before the call.
 */
export function planSteps({ hold, steps = [] }: CallOptions, durationMs: number): CallStep[] {
  if (hold !== undefined && !(hold.afterMs >= 0 && hold.afterMs < durationMs && hold.forMs >= 0)) {
    throw new HoldfastError(
      'invalid_input',
      'The hold would begin after the audio has ended; let it begin earlier.',
      { field: 'hold' },
    );
  }
  if (!steps.every(({ atMs }) => atMs >= 0)) {
    throw new HoldfastError(
      'invalid_input',
      'A step of the call has no time at or after its beginning; give each one in ms.',
      { field: 'steps' },
    );
  }
  const held: CallStep[] =
    hold === undefined
      ? []
      : [
          { do: 'hold', atMs: hold.afterMs },
          { do: 'resume', atMs: hold.afterMs + hold.forMs },
        ];
  return [...held, ...steps].sort((a, b) => a.atMs - b.atMs);
}

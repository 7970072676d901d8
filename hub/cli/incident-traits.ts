import { HoldfastError } from '../../recorder-core/errors.ts';
import { INCIDENT_TRAITS } from '../../recorder-core/policy/incident-clocks.ts';
import type { Options } from './act-for-person.ts';

/**
 * Which facts of the law hold, by `--yes` and `--no`; with `--no rest` all that are not named do not.
 * @throws HoldfastError `invalid_input` naming one that there is not.
 */
export function traitsOf(options: Options): Record<string, boolean> {
  const yes = (options['yes'] as string[] | undefined) ?? [];
  // commander makes `--no` an option of its own name only where it takes values.
  const no = Array.isArray(options['no']) ? (options['no'] as string[]) : [];
  const known: readonly string[] = INCIDENT_TRAITS;
  const wrong = [...yes, ...no].find((trait) => trait !== 'rest' && !known.includes(trait));
  if (wrong !== undefined)
    throw new HoldfastError('invalid_input', `"${wrong}" is none of ${known.join(', ')}.`);
  const rest = no.includes('rest') ? known.filter((trait) => !yes.includes(trait)) : no;
  return Object.fromEntries([...rest.map((trait) => [trait, false]), ...yes.map((trait) => [trait, true])]);
}

import type { AccessContext } from '../../recorder-core/authorization/asked.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { listPrincipals } from '../../recorder-core/records/access-population.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { TextCheck } from './check-text.ts';
import { judgeApart } from './judge-apart.ts';
import type { StoredPolicies } from './save-policies.ts';

/** From where people come who change policies; null where nothing is known of it. */
export type Whereabouts = Pick<AccessContext, 'address' | 'country' | 'region'>;

/** Nothing is known. */
export const NOWHERE: Whereabouts = { address: null, country: null, region: null };

/**
 * The check of a version that can be published: it has no fault, all its examples are as they say, and afterwards there are
 * still two people who could change it together. `from` is where whoever asks comes from; where it is not known, policies that
 * look at places are not tried for it.
 * @throws HoldfastError `invalid_input` for faults and examples, naming the first; `conflict` where it would lock everybody out.
 */
export async function requirePublishable(
  tx: Tx,
  { version, text, examples }: StoredPolicies,
  now: Date,
  from?: Whereabouts,
): Promise<TextCheck> {
  const { people } = await listPrincipals(tx);
  const { check, changeable } = await judgeApart({
    text,
    examples,
    nowMs: now.getTime(),
    lockout: {
      people: people.map(({ principal }) => principal),
      context: sessionFrom(from ?? NOWHERE, now),
      knowsPlace: from !== undefined,
    },
  });
  const fault = check.faults[0];
  if (fault !== undefined)
    throw new HoldfastError(
      'invalid_input',
      `Version ${version} cannot be published: ${fault.line === null ? '' : `line ${fault.line}: `}${fault.message}`,
      { field: 'text' },
    );
  const failed = check.examples.find(({ passed }) => !passed);
  if (failed !== undefined)
    throw new HoldfastError(
      'invalid_input',
      `Version ${version} cannot be published: its example "${failed.name}" is not as it says. ${failed.difference}`,
      { field: 'examples' },
    );
  if (changeable !== false) return check;
  throw new HoldfastError(
    'conflict',
    `Version ${version} would lock everybody out: after it no two people could change the policies together, one who may make them (access-policy.manage) and another who may decide (approval.decide and access-policy.publish), from where you are. Leave them the way back.`,
    { field: 'text' },
  );
}

/** A session with a fresh proof of presence. */
export function sessionFrom(from: Whereabouts, now: Date): AccessContext {
  return { ...from, nowMs: now.getTime(), purpose: null, stepUpAgeMs: 0, means: 'session' };
}

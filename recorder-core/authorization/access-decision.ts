/** The answer of the policies, with all that decided. */

/** A policy that decided: a satisfied `forbid` of a refusal, a satisfied `permit` of what is allowed. */
export interface DecidingPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** One sentence for people. */
  readonly says: string;
  /** Whom to ask, or what to do; null where the policy does not say. */
  readonly ask: string | null;
  /** A `forbid` that ends with a proof of presence no older than this; null for all others. */
  readonly stepUpSeconds: number | null;
}

/** Rule of a refusal that no policy forbids: none permits it. */
export const DEFAULT_DENY = 'access/default-deny';
/** Rule of a refusal because the question, or a policy that forbids, could not be evaluated. */
export const UNDECIDABLE = 'access/undecidable';

/** The answer. */
export interface AccessDecision {
  readonly allowed: boolean;
  /** Id of the first deciding policy, else `access/default-deny` or `access/undecidable`. Walls come before step-up. */
  readonly rule: string;
  readonly policies: readonly DecidingPolicy[];
}

/** Whether a proof of presence is all that lacks, and how old it may be; undefined where it would not help. */
export function stepUpNeeded({ allowed, policies }: AccessDecision): number | undefined {
  const ages = policies.map(({ stepUpSeconds }) => stepUpSeconds);
  const seconds = ages.filter((age) => age !== null);
  return allowed || seconds.length === 0 || seconds.length < ages.length ? undefined : Math.min(...seconds);
}

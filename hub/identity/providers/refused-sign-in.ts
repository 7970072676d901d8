import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';

/**
 * A sign-in that was refused: a sentence for whoever tries, and the rule for the ledger. What the provider sent is in
 * neither.
 */
export function refusedSignIn(rule: SignInRule, sentence: string, cause?: unknown): HoldfastError {
  return new HoldfastError('forbidden', `${sentence} (rule ${rule})`, {
    detail: rule,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** `sign-in/` and what was wrong, in words with hyphens. */
export type SignInRule = `sign-in/${string}`;

/** The rule of a refused sign-in; undefined for whatever else went wrong. */
export function ruleOfRefusal(error: unknown): SignInRule | undefined {
  if (!isHoldfastError(error) || error.code !== 'forbidden') return undefined;
  return error.detail?.startsWith('sign-in/') === true ? (error.detail as SignInRule) : undefined;
}

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { DecidingPolicy } from './access-decision.ts';

/** A policy ready to be asked: what it tells people, and its parsed form (Cedar's JSON), from which lists are filtered. */
export interface CompiledPolicy extends DecidingPolicy {
  readonly json: PolicyJson;
}

/**
 * The policy of a time-bound grant: a `permit` of its own, `grant/<id>`, with its bounds and its purpose in its
 * condition, so that it ends to the millisecond though nothing runs. Made as parsed form, so nothing of a row is ever parsed.
 */
export type GrantPolicy = CompiledPolicy;

/** Makes a policy of its parsed form, from its annotations `@id`, `@says`, `@ask` and `@stepUp` (seconds). */
export function policyOf(json: PolicyJson, fallbackId = ''): CompiledPolicy {
  const { id = fallbackId, says, ask, stepUp } = json.annotations ?? {};
  const seconds = /^\d{1,6}$/.test(stepUp ?? '') ? Number(stepUp) : null;
  return {
    id,
    effect: json.effect,
    says: says ?? `Policy ${id} ${json.effect === 'permit' ? 'allows' : 'forbids'} this.`,
    ask: ask ?? null,
    stepUpSeconds: json.effect === 'forbid' ? seconds : null,
    json,
  };
}

import {
  runExamples,
  type AccessExample,
  type ExampleResult,
} from '../../recorder-core/authorization/access-example.ts';
import { checkPolicies } from '../../recorder-core/authorization/check-policies.ts';
import type { PolicyFault } from '../../recorder-core/authorization/parse-policies.ts';
import { outlineOf, type PolicyOutline } from '../../recorder-core/authorization/policy-outline.ts';
import { makePolicySet, type PolicySet } from '../../recorder-core/authorization/policy-set.ts';

/** A policy of a text: what it is called, says and consists of. */
export interface NamedPolicy {
  readonly id: string;
  readonly says: string;
  readonly line: number;
  readonly outline: PolicyOutline;
}

/** A text with its examples, as it was checked. */
export interface TextCheck {
  readonly faults: readonly PolicyFault[];
  readonly warnings: readonly PolicyFault[];
  /** In their order; none where the text has faults. */
  readonly examples: readonly ExampleResult[];
  readonly policies: readonly NamedPolicy[];
}

/** Checks a text and asks its examples, with the set that it makes; without one where it has faults. */
export function checkText(
  text: string,
  examples: readonly AccessExample[],
  now: Date,
  version = 0,
): { readonly check: TextCheck; readonly set: PolicySet | undefined } {
  const { policies, faults, warnings } = checkPolicies(text);
  const named = policies.map(({ policy: { id, says, json }, line }) => ({
    id,
    says,
    line,
    outline: outlineOf(json),
  }));
  if (faults.length > 0)
    return { check: { faults, warnings, examples: [], policies: named }, set: undefined };
  const set = makePolicySet(
    version,
    policies.map(({ policy }) => policy),
  );
  const results = runExamples(set, examples, now.getTime());
  return { check: { faults, warnings, examples: results, policies: named }, set };
}

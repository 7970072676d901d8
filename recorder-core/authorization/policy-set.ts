import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { policyOf, type CompiledPolicy } from './compiled-policy.ts';
import { PolicySlices } from './policy-slices.ts';
import { shippedTexts } from './shipped-texts.ts';

/** The shipped policies and a tenant's own published ones, compiled once and kept. */
export interface PolicySet {
  /** Version of the tenant's own policies; 0 where it has none. */
  readonly version: number;
  /** In the order in which they are named where several decide: shipped ones first. */
  readonly policies: readonly CompiledPolicy[];
  /** The policies that can concern a question. */
  readonly slices: PolicySlices;
}

let shipped: readonly CompiledPolicy[] | undefined;
let alone: PolicySet | undefined;

/** The set without any policy of the tenant's own. */
export function shippedPolicies(): PolicySet {
  alone ??= makePolicySet(0, []);
  return alone;
}

/** The set of the shipped policies with a tenant's own ones, which are taken as checked. */
export function makePolicySet(version: number, own: readonly CompiledPolicy[]): PolicySet {
  shipped ??= shippedTexts().map(compiled);
  const policies = [...shipped, ...own];
  return { version, policies, slices: new PolicySlices(policies) };
}

function compiled(text: string): CompiledPolicy {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(`A shipped policy cannot be read: ${text}`);
  return policyOf(answer.json);
}

import { validate, type ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldfastError } from '../errors.ts';
import { ACCESS_SCHEMA } from './access-schema.ts';
import { whyUnlistable } from './listing/why-unlistable.ts';
import { faultOf, parsePolicies, type PlacedPolicy, type PolicyFault } from './parse-policies.ts';
import { makePolicySet, type PolicySet } from './policy-set.ts';

/** Prefix of the ids of a tenant's own policies; they never meet those of shipped ones and of grants. */
export const OWN_PREFIX = 'own/';
/** A text of more is refused: each decision of every person reads what concerns it. */
export const MOST_POLICIES = 5_000;
/** Bytes of UTF-8. */
export const MOST_POLICY_BYTES = 500_000;

const OWN_ID = /^own\/[a-z0-9]+(?:[-/][a-z0-9]+)*$/;
const ANNOTATIONS = new Set(['id', 'says', 'ask', 'stepUp']);

/** A text as it was checked: without faults, its policies can be published. */
export interface CheckedPolicies {
  readonly policies: readonly PlacedPolicy[];
  readonly faults: readonly PolicyFault[];
  /** What is no fault and should be looked at: a policy that can never apply. */
  readonly warnings: readonly PolicyFault[];
}

/**
 * Checks a tenant's own policies: the language, ids, sentences for people, and types, strictly. Faults are in the order of the
 * text. Never throws.
 */
export function checkPolicies(text: string): CheckedPolicies {
  if (Buffer.byteLength(text) > MOST_POLICY_BYTES)
    return faulty(`The text is longer than ${MOST_POLICY_BYTES} bytes.`);
  const { policies, faults } = parsePolicies(text);
  if (faults.length > 0) return { policies: [], faults, warnings: [] };
  if (policies.length > MOST_POLICIES) return faulty(`These are more than ${MOST_POLICIES} policies.`);
  const types = typeFaults(text, policies);
  const found = [...formFaults(policies), ...types.faults];
  return { policies, faults: found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)), warnings: types.warnings };
}

/**
 * The set of a published version. @throws HoldfastError `integrity_failed` where its text is not one that could have been
 * published: then nothing is decided by it.
 */
export function publishedPolicySet(version: number, text: string): PolicySet {
  const { policies, faults: unreadable } = parsePolicies(text);
  // Types were checked before it was published; the ids decide which policies these can be.
  const faults = [...unreadable, ...formFaults(policies)];
  if (faults.length > 0)
    throw new HoldfastError(
      'integrity_failed',
      `Version ${version} of the access policies cannot be read, so nothing is allowed. Restore the table access_policy from a backup.`,
      { detail: faults.map(({ line, message }) => `line ${line}: ${message}`).join('; ') },
    );
  return makePolicySet(
    version,
    policies.map(({ policy }) => policy),
  );
}

function formFaults(policies: readonly PlacedPolicy[]): PolicyFault[] {
  const lines = new Map<string, number>();
  return policies.flatMap(({ policy, line }) => {
    const { json, id } = policy;
    const first = lines.get(id);
    lines.set(id, first ?? line);
    return [
      ...wordsAmiss(json.annotations ?? {}, json.effect),
      ...whyUnlistable(json),
      ...(first === undefined ? [] : [twice(id, first)]),
    ].map((message) => ({ line, policy: id === '' ? null : id, message }));
  });
}

function twice(id: string, first: number): string {
  return `The id ${id} stands on line ${first} already. Each policy has an id of its own.`;
}

function wordsAmiss(annotations: Readonly<Record<string, string>>, effect: string): string[] {
  const { id, says, stepUp } = annotations;
  const amiss: string[] = [];
  if (id === undefined)
    amiss.push(
      'The policy has no id. Write @id("own/<name>") before it; it stays the same in later versions.',
    );
  else if (!OWN_ID.test(id))
    amiss.push(
      `The id ${JSON.stringify(id)} is not one of ours: own/ and words in lower case, such as own/hr-calls.`,
    );
  if (says === undefined || says.trim() === '')
    amiss.push('The policy says nothing to people. Write @says("One sentence.") before it.');
  if (stepUp !== undefined && (effect !== 'forbid' || !/^[1-9]\d{0,5}$/.test(stepUp)))
    amiss.push('@stepUp is for a forbid, with a number of seconds: @stepUp("300").');
  const unknown = Object.keys(annotations).filter((name) => !ANNOTATIONS.has(name));
  if (unknown.length > 0)
    amiss.push(`There is no annotation @${unknown.join(', @')}; there are @id, @says, @ask and @stepUp.`);
  return amiss;
}

/** Cedar names a policy by its place in the text. */
function typeFaults(
  text: string,
  policies: readonly PlacedPolicy[],
): Pick<CheckedPolicies, 'faults' | 'warnings'> {
  const answer = validate({ schema: ACCESS_SCHEMA, policies: { staticPolicies: text } });
  if (answer.type === 'failure')
    return { faults: answer.errors.map((error) => faultOf(error, text)), warnings: [] };
  const placed = ({ policyId, error }: ValidationError): PolicyFault => {
    const index = Number(policyId.replace(/^policy/, ''));
    const { line = null, policy } = policies[index] ?? {};
    const fault = faultOf(error, text);
    const message = fault.message.replace(/^for policy `policy\d+`, /, '');
    return { line: fault.line ?? line, policy: policy?.id ?? null, message };
  };
  return {
    faults: answer.validationErrors.map(placed),
    warnings: answer.validationWarnings.map(placed),
  };
}

function faulty(message: string): CheckedPolicies {
  return { policies: [], faults: [{ line: null, policy: null, message }], warnings: [] };
}

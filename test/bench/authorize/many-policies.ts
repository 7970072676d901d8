import { checkPolicies } from '../../../recorder-core/authorization/check-policies.ts';
import type { CompiledPolicy } from '../../../recorder-core/authorization/compiled-policy.ts';

/** Departments and groups of the bench; recordings are spread over the departments (`listed-recordings.ts`). */
export const DEPARTMENTS = 50;
export const GROUPS = 100;

const LOOK = '[Action::"recording.list", Action::"recording.read", Action::"recording.play"]';
const OF_GROUP = (n: number): string => `principal in Group::"group-${n % GROUPS}"`;

/** In turns: most name one of a hundred groups, as people write them; one in 50 a role, one in 50 nobody. */
const SHAPES: readonly ((n: number) => string)[] = [
  (n) => `permit(${OF_GROUP(n)}, action in ${LOOK}, resource is Recording)
when { resource has department && resource.department == "department-${n % DEPARTMENTS}" };`,
  (n) => `permit(${OF_GROUP(n + 7)}, action == Action::"recording.play", resource is Recording)
when { resource.startedAt > context.now.offset(duration("-${1 + (n % 90)}d")) && resource.ownOf.contains(principal) };`,
  (n) => `forbid(${OF_GROUP(n + 13)}, action in ${LOOK}, resource is Recording)
when { resource has classification && resource.classification == "class-${n}" };`,
  (n) => `forbid(${OF_GROUP(n + 29)}, action in ${LOOK}, resource is Recording)
when { resource.retentionClass like "secret-${n}-*" && context has address && !context.address.isInRange(ip("10.${n % 250}.0.0/16")) };`,
  (n) => `permit(${headOf(n)}, action in ${LOOK}, resource is Recording)
when { resource.region == "region-${n}" && context has purpose && context.purpose == "audit" };`,
];

function headOf(n: number): string {
  if (n % 50 === 4) return 'principal';
  return n % 50 === 9 ? 'principal in Role::"auditor"' : OF_GROUP(n + 41);
}

/** So many policies of a tenant, checked as before publishing: by group, department, class, network, time and taking part. */
export function manyPolicies(count: number): CompiledPolicy[] {
  return checked(count, (n) => SHAPES[n % SHAPES.length]?.(n) ?? '');
}

/** So many policies that are about everybody and every recording: nothing about them is left out of a question. */
export function policiesOfEverybody(count: number): CompiledPolicy[] {
  return checked(
    count,
    (n) => `forbid(principal, action in ${LOOK}, resource is Recording)
when { resource has classification && resource.classification == "closed-${n}" };`,
  );
}

function checked(count: number, policyOf: (n: number) => string): CompiledPolicy[] {
  const text = Array.from(
    { length: count },
    (_, n) => `@id("own/p${n}") @says("Policy number ${n}.")\n${policyOf(n)}`,
  ).join('\n');
  const { policies, faults } = checkPolicies(text);
  if (faults[0] !== undefined) throw new Error(`A policy of the bench is refused: ${faults[0].message}`);
  return policies.map(({ policy }) => policy);
}

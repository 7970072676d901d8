import { preparseSchema, statefulIsAuthorized, type Response } from '@cedar-policy/cedar-wasm/nodejs';
import { DEFAULT_DENY, UNDECIDABLE, type DecidingPolicy, type AccessDecision } from './access-decision.ts';
import { ACCESS_SCHEMA } from './access-schema.ts';
import type { Asked } from './asked.ts';
import { CedarSlots } from './cedar-slots.ts';
import { contextRecord, thingEntity, thingUid, userEntity, userUid } from './cedar-values.ts';
import type { CompiledPolicy, GrantPolicy } from './compiled-policy.ts';
import type { PolicySet } from './policy-set.ts';

const SCHEMA_NAME = 'access';
let isSchemaKnown = false;

const grantSlots = new CedarSlots('grants', 512);

/** The question in Cedar's form, without the policies. */
type CedarQuestion = Omit<Parameters<typeof statefulIsAuthorized>[0], 'preparsedPolicySetId'>;

/**
 * Decides one act of one person on one thing at one moment. Any `forbid` of the set that holds refuses; else any `permit` of the
 * set allows, else any grant; else it is refused by default. Names every policy that decided. Never throws: what cannot be
 * evaluated is refused, and so is what a `forbid` cannot be evaluated for.
 */
export function authorize(set: PolicySet, grants: readonly GrantPolicy[], asked: Asked): AccessDecision {
  try {
    const question = questionOf(asked);
    const base = ask(question, set.slices.slotFor(asked), set.policies);
    if (base.rule !== DEFAULT_DENY || grants.length === 0) return base;
    return ask(
      question,
      grantSlots.name(JSON.stringify(grants.map(({ json }) => json)), () => grants),
      grants,
    );
  } catch {
    return undecidable();
  }
}

function questionOf({ principal, act, thing, context }: Asked): CedarQuestion {
  return {
    principal: userUid(principal.id),
    action: { type: 'Action', id: act },
    resource: thingUid(thing),
    context: contextRecord(context),
    entities: [userEntity(principal), thingEntity(thing)],
    // What is not of the types that policies were checked against is refused, and not compared with something else.
    preparsedSchemaName: schemaName(),
    validateRequest: true,
  };
}

function schemaName(): string {
  isSchemaKnown ||= preparseSchema(SCHEMA_NAME, ACCESS_SCHEMA).type === 'success';
  return SCHEMA_NAME;
}

function ask(question: CedarQuestion, slot: string, policies: readonly CompiledPolicy[]): AccessDecision {
  const answer = statefulIsAuthorized({ ...question, preparsedPolicySetId: slot });
  return answer.type === 'failure' ? undecidable() : decisionOf(answer.response, policies);
}

function decisionOf(
  { decision, diagnostics }: Response,
  policies: readonly CompiledPolicy[],
): AccessDecision {
  const erred = new Set(diagnostics.errors.map(({ policyId }) => policyId));
  const named = new Set(diagnostics.reason);
  const deciding = policies.filter(({ id }) => named.has(id));
  const allowed = decision === 'allow';
  // Cedar leaves out a policy that errs, which for a forbid would open what it closes: to a permit of the set, or to a grant.
  const isForbidden = deciding.some(({ effect }) => effect === 'forbid');
  if (!isForbidden && policies.some(({ id, effect }) => effect === 'forbid' && erred.has(id)))
    return undecidable();
  const lasting = deciding.filter(({ stepUpSeconds }) => stepUpSeconds === null);
  const ordered = [...lasting, ...deciding.filter((policy) => !lasting.includes(policy))].map(told);
  return { allowed, rule: ordered[0]?.id ?? DEFAULT_DENY, policies: ordered };
}

function told({ id, effect, says, ask: whom, stepUpSeconds }: CompiledPolicy): DecidingPolicy {
  return { id, effect, says, ask: whom, stepUpSeconds };
}

function undecidable(): AccessDecision {
  return { allowed: false, rule: UNDECIDABLE, policies: [] };
}

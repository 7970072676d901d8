import {
  statefulIsAuthorized,
  type Response,
  type StatefulAuthorizationCall,
} from '@cedar-policy/cedar-wasm/nodejs';
import { DEFAULT_DENY, UNDECIDABLE, type DecidingPolicy, type AccessDecision } from './access-decision.ts';
import type { Asked } from './asked.ts';
import { CedarSlots } from './cedar-slots.ts';
import { contextRecord, thingEntity, thingUid, userEntity, userUid } from './cedar-values.ts';
import type { CompiledPolicy, GrantPolicy } from './compiled-policy.ts';
import { isTyped } from './is-typed.ts';
import type { PolicySet } from './policy-set.ts';

const grantSlots = new CedarSlots('grants', 512);

/** The question in Cedar's form, without the policies. */
type CedarQuestion = Omit<StatefulAuthorizationCall, 'preparsedPolicySetId'>;

/** The policies of these ids, in the order in which they are told. */
type Named = (ids: readonly string[]) => readonly CompiledPolicy[];

/**
 * Decides one act of one person on one thing at one moment. Any `forbid` of the set that holds refuses; else any `permit` of the
 * set allows, else any grant; else it is refused by default. Names every policy that decided. Never throws: what cannot be
 * evaluated is refused, and so is what a `forbid` cannot be evaluated for, or what is not of the types that policies are checked
 * against.
 */
export function authorize(set: PolicySet, grants: readonly GrantPolicy[], asked: Asked): AccessDecision {
  try {
    if (!isTyped(asked)) return undecidable();
    const { question, facts } = questionOf(asked);
    const base = ask(question, set.slices.slotFor(asked, facts), (ids) => set.slices.named(ids));
    if (base.rule !== DEFAULT_DENY || grants.length === 0) return base;
    return ask(
      question,
      grantSlots.name(JSON.stringify(grants.map(({ json }) => json)), () => grants),
      (ids) => grants.filter(({ id }) => ids.includes(id)),
    );
  } catch {
    return undecidable();
  }
}

function questionOf({ principal, act, thing, context }: Asked) {
  const [user, resource] = [userEntity(principal), thingEntity(thing)];
  const circumstances = contextRecord(context);
  const question: CedarQuestion = {
    principal: userUid(principal.id),
    action: { type: 'Action', id: act },
    resource: thingUid(thing),
    context: circumstances,
    entities: [user, resource],
  };
  return { question, facts: { principal: user.attrs, resource: resource.attrs, context: circumstances } };
}

function ask(question: CedarQuestion, slot: string, named: Named): AccessDecision {
  const answer = statefulIsAuthorized({ ...question, preparsedPolicySetId: slot });
  return answer.type === 'failure' ? undecidable() : decisionOf(answer.response, named);
}

function decisionOf({ decision, diagnostics }: Response, named: Named): AccessDecision {
  const erred = named(diagnostics.errors.map(({ policyId }) => policyId));
  const deciding = named(diagnostics.reason);
  const allowed = decision === 'allow';
  // Cedar leaves out a policy that errs, which for a forbid would open what it closes: to a permit of the set, or to a grant.
  const isForbidden = deciding.some(({ effect }) => effect === 'forbid');
  if (!isForbidden && erred.some(({ effect }) => effect === 'forbid')) return undecidable();
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

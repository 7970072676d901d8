/** The policies as a filter: which recordings of a list somebody may see. */
import { checkParseContext } from '@cedar-policy/cedar-wasm/nodejs';
import type { Asked } from '../asked.ts';
import { contextRecord, userEntity } from '../cedar-values.ts';
import type { CompiledPolicy, GrantPolicy } from '../compiled-policy.ts';
import type { PolicySet } from '../policy-set.ts';
import { compilePolicy } from './compile-policy.ts';
import { and, not, or, type Formula } from './formula.ts';
import { isLasting, PASSING } from './is-lasting.ts';
import { Store } from './store.ts';

/** What a list is filtered by. */
export interface ListFormula {
  /** Holds for exactly those recordings for which `authorize` allows the act. */
  readonly formula: Formula;
  /** Ids of the grants of whoever asks: those of them that reach a recording are the recording's `grants`. */
  readonly grantIds: readonly string[];
  /** Policies that no formula can say, for which the list shows less than `authorize` allows; empty as a rule. */
  readonly unlistable: readonly { readonly id: string; readonly why: string }[];
}

/** What is asked of every recording of a list. */
export type AskedOfList = Omit<Asked, 'thing'>;

/** What some policies say together. */
interface Part extends Pick<ListFormula, 'unlistable'> {
  readonly permitted: Formula;
  readonly forbidden: Formula;
}

const GRANT = 'grant/';

/**
 * Which recordings `authorize` allows for this question, as one formula. Never throws: what cannot be evaluated is not
 * listed. A time bound is settled for `nowMs`, so a formula is for one request and not to be kept.
 */
export function listFormula(set: PolicySet, grants: readonly GrantPolicy[], asked: AskedOfList): ListFormula {
  const grantIds = grants.flatMap(({ id }) => (id.startsWith(GRANT) ? [id.slice(GRANT.length)] : []));
  const hasGrants = grantIds.length > 0;
  const store = storeOf(asked, hasGrants);
  if (store === undefined) return { formula: false, grantIds, unlistable: [] };
  const concerned = set.slices.ofRecordings(asked);
  const parts = [
    lastingPart(set, concerned, store, asked, hasGrants),
    partOf(
      concerned.filter(({ json }) => !isLasting(json)),
      store,
    ),
    { ...partOf(grants, store), forbidden: false },
  ];
  return {
    formula: and(
      not(or(...parts.map(({ forbidden }) => forbidden))),
      or(...parts.map(({ permitted }) => permitted)),
    ),
    grantIds,
    unlistable: parts.flatMap(({ unlistable }) => unlistable),
  };
}

function partOf(policies: readonly CompiledPolicy[], store: Store): Part {
  const unlistable: { id: string; why: string }[] = [];
  const permitted: Formula[] = [];
  const forbidden: Formula[] = [];
  for (const { id, effect, json } of policies) {
    const { holds, errs, unlistable: why } = compilePolicy(json, store);
    if (why !== undefined) unlistable.push({ id, why });
    if (effect === 'permit') permitted.push(holds);
    else forbidden.push(holds, errs);
  }
  return { permitted: or(...permitted), forbidden: or(...forbidden), unlistable };
}

const MOST_PARTS = 512;
const lasting = new WeakMap<PolicySet, Map<string, Part>>();

/** What does not pass is kept for the next page: for the same person under the same circumstances it says the same. */
function lastingPart(
  set: PolicySet,
  concerned: readonly CompiledPolicy[],
  store: Store,
  { principal, act, context }: AskedOfList,
  hasGrants: boolean,
): Part {
  const kept = lasting.get(set) ?? new Map<string, Part>();
  lasting.set(set, kept);
  const circumstances = Object.entries(contextRecord(context)).filter(
    ([name]) => !(PASSING as readonly string[]).includes(name),
  );
  const key = JSON.stringify([act, hasGrants, userEntity(principal), circumstances]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const part = partOf(
    concerned.filter(({ json }) => isLasting(json)),
    store,
  );
  if (kept.size >= MOST_PARTS) kept.clear();
  kept.set(key, part);
  return part;
}

/** Undefined where Cedar itself could not read the question. */
function storeOf({ principal, act, context }: AskedOfList, hasGrants: boolean): Store | undefined {
  try {
    const record = contextRecord(context);
    if (checkParseContext({ context: record }).type === 'failure') return undefined;
    return new Store({
      principal: userEntity(principal),
      action: { type: 'Action', id: act },
      context: record,
      hasGrants,
    });
  } catch {
    return undefined;
  }
}

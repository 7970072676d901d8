/**
 * Which policies can concern a question at all, by their heads: `principal in Role::"x"`, `action == ...`, `resource is ...`.
 * Leaving out a policy whose head does not hold cannot change an answer, and keeps each question small however many
 * policies a tenant has. Sound because a head is a conjunct of the policy and cannot err.
 */
import type { EntityUidJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Asked } from './asked.ts';
import { thingUid } from './cedar-values.ts';
import { CedarSlots } from './cedar-slots.ts';
import type { CompiledPolicy } from './compiled-policy.ts';

const MOST_REMEMBERED = 4_096;
const slots = new CedarSlots('slice', 1_024);
let sets = 0;

/** The policies of one set, by the questions they concern. */
export class PolicySlices {
  readonly #name = `set ${(sets += 1)}`;
  readonly #policies: readonly CompiledPolicy[];
  readonly #byAct = new Map<string, number[]>();
  readonly #remembered = new Map<string, string>();

  constructor(policies: readonly CompiledPolicy[]) {
    this.#policies = policies;
  }

  /** Name under which Cedar keeps the policies that can concern the question. */
  slotFor(asked: Asked): string {
    const chosen = this.#chosen(asked, thingUid(asked.thing).type);
    return slots.name(`${this.#name} ${chosen}`, () => this.#named(chosen));
  }

  /** The policies that can concern this question about some recording. */
  ofRecordings(asked: Omit<Asked, 'thing'>): CompiledPolicy[] {
    return this.#named(this.#chosen(asked, 'Recording'));
  }

  #named(chosen: string): CompiledPolicy[] {
    return chosen === '' ? [] : chosen.split(',').flatMap((index) => this.#policies[Number(index)] ?? []);
  }

  /** Their places in the set. */
  #chosen(asked: Omit<Asked, 'thing'>, type: string): string {
    const { role, groups } = asked.principal;
    const key = JSON.stringify([asked.act, type, role, groups]);
    const known = this.#remembered.get(key);
    const chosen = known ?? this.#choose(asked, type);
    if (known === undefined) this.#remember(key, chosen);
    return chosen;
  }

  #choose({ act, principal }: Omit<Asked, 'thing'>, type: string): string {
    const ofAct = this.#byAct.get(act) ?? this.#indexAct(act);
    const parents = new Set([`Role ${principal.role}`, ...principal.groups.map((group) => `Group ${group}`)]);
    return ofAct
      .filter((index) => {
        const json = this.#policies[index]?.json;
        return json !== undefined && concernsPerson(json, parents) && concernsType(json, type);
      })
      .join(',');
  }

  #indexAct(act: string): number[] {
    const ofAct = this.#policies.flatMap(({ json }, index) => (concernsAct(json, act) ? [index] : []));
    this.#byAct.set(act, ofAct);
    return ofAct;
  }

  #remember(key: string, chosen: string): void {
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, chosen);
  }
}

/** Whether a policy's head can hold for an act. */
export function concernsAct({ action }: PolicyJson, act: string): boolean {
  if (action.op === 'All') return true;
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : undefined;
  return entities === undefined || entities.some((entity) => plain(entity).id === act);
}

/** By groups and roles only; a head that names one person is left to Cedar. */
function concernsPerson({ principal }: PolicyJson, parents: ReadonlySet<string>): boolean {
  if (principal.op !== 'in' || !('entity' in principal)) return true;
  const { type, id } = plain(principal.entity);
  return type === 'User' || parents.has(`${type} ${id}`);
}

function concernsType({ resource }: PolicyJson, type: string): boolean {
  if (resource.op === 'is') return resource.entity_type === type;
  return resource.op !== '==' || !('entity' in resource) || plain(resource.entity).type === type;
}

function plain(entity: EntityUidJson): { readonly type: string; readonly id: string } {
  return '__entity' in entity ? entity.__entity : entity;
}

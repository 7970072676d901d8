/**
 * Which policies can concern a question at all, by their heads (`principal in Role::"x"`, `action == ...`, `resource is ...`) and by
 * what they ask first (`policy-guards.ts`). Leaving out a policy that does not hold cannot change an answer, and keeps each
 * question small however many policies a tenant has. Sound because a head is a conjunct of the policy and cannot err.
 */
import type { EntityUidJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Asked } from './asked.ts';
import { thingUid } from './cedar-values.ts';
import { CedarSlots } from './cedar-slots.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { guardsOf, mayHold, type Facts, type Guard } from './policy-guards.ts';

const MOST_REMEMBERED = 4_096;
const slots = new CedarSlots('slice', 2_048);
let sets = 0;

/** The policies of one set, by the questions they concern. */
export class PolicySlices {
  readonly #name = `set ${(sets += 1)}`;
  readonly #policies: readonly CompiledPolicy[];
  readonly #guards: readonly (readonly Guard[])[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #byAct = new Map<string, readonly number[]>();
  readonly #remembered = new Map<string, readonly number[]>();

  constructor(policies: readonly CompiledPolicy[]) {
    this.#policies = policies;
    this.#guards = policies.map(({ json }) => guardsOf(json));
    this.#places = new Map(policies.map(({ id }, place) => [id, place]));
  }

  /** Name under which Cedar keeps the policies that can concern the question; `facts` are its attributes. */
  slotFor(asked: Asked, facts: Facts): string {
    const chosen = this.#chosen(asked, thingUid(asked.thing).type).filter((place) =>
      mayHold(this.#guards[place] ?? [], facts),
    );
    return slots.name(`${this.#name} ${chosen.join()}`, () => this.#at(chosen));
  }

  /** The policies that can concern this question about some recording. */
  ofRecordings(asked: Omit<Asked, 'thing'>): CompiledPolicy[] {
    return this.#at(this.#chosen(asked, 'Recording'));
  }

  /** The policies of these ids, in the order of the set. */
  named(ids: readonly string[]): CompiledPolicy[] {
    const places = [...new Set(ids)].flatMap((id) => this.#places.get(id) ?? []);
    return this.#at(places.sort((one, other) => one - other));
  }

  #at(places: readonly number[]): CompiledPolicy[] {
    return places.flatMap((place) => this.#policies[place] ?? []);
  }

  /** Their places in the set. */
  #chosen(asked: Omit<Asked, 'thing'>, type: string): readonly number[] {
    const { role, groups } = asked.principal;
    const key = JSON.stringify([asked.act, type, role, groups]);
    const known = this.#remembered.get(key);
    const chosen = known ?? this.#choose(asked, type);
    if (known === undefined) this.#remember(key, chosen);
    return chosen;
  }

  #choose({ act, principal }: Omit<Asked, 'thing'>, type: string): readonly number[] {
    const ofAct = this.#byAct.get(act) ?? this.#indexAct(act);
    const parents = new Set([`Role ${principal.role}`, ...principal.groups.map((group) => `Group ${group}`)]);
    return ofAct.filter((place) => {
      const json = this.#policies[place]?.json;
      return json !== undefined && concernsPerson(json, parents) && concernsType(json, type);
    });
  }

  #indexAct(act: string): readonly number[] {
    const ofAct = this.#policies.flatMap(({ json }, place) => (concernsAct(json, act) ? [place] : []));
    this.#byAct.set(act, ofAct);
    return ofAct;
  }

  #remember(key: string, chosen: readonly number[]): void {
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

/** Plain values into Cedar's entities and context. What is unknown is left out and not null: `has` asks for it. */
import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { AccessContext, AccessedThing, Principal } from './asked.ts';
import { comparedAddress } from './ip-address.ts';

type Attributes = Record<string, CedarValueJson>;

/** Name of a person or service in policies. */
export function userUid(id: string): TypeAndId {
  return { type: 'User', id };
}

/** Name of a thing in policies. */
export function thingUid(thing: AccessedThing): TypeAndId {
  return { type: thing.type === 'tenant' ? 'Tenant' : 'Recording', id: thing.id };
}

/** The person or service with role and groups as its parents. */
export function userEntity(principal: Principal): EntityJson {
  const { id, kind, role, groups, department, job, region } = principal;
  return {
    uid: userUid(id),
    attrs: { kind, role, groups: [...groups], ...known({ department, job, region }) },
    parents: [{ type: 'Role', id: role }, ...groups.map((group) => ({ type: 'Group', id: group }))],
  };
}

/** The thing with its attributes. @throws RangeError for an instant that is none. */
export function thingEntity(thing: AccessedThing): EntityJson {
  if (thing.type === 'tenant') return { uid: thingUid(thing), attrs: {}, parents: [] };
  const { region, department, classification, retentionClass, source, restricted, held } = thing;
  const attrs: Attributes = {
    region,
    retentionClass,
    source,
    restricted,
    held,
    startedAt: instant(thing.startedAtMs),
    ownOf: thing.ownOf.map((id) => ({ __entity: userUid(id) })),
    ...known({ department, classification }),
    ...(thing.grants !== undefined && { grants: [...thing.grants] }),
  };
  return { uid: thingUid(thing), attrs, parents: [] };
}

/** The circumstances. @throws RangeError for an instant that is none. */
export function contextRecord(context: AccessContext): Attributes {
  const { nowMs, means, purpose, address, country, region, stepUpAgeMs, recentPlays } = context;
  return {
    now: instant(nowMs),
    means,
    ...(address !== null && { address: { __extn: { fn: 'ip', arg: comparedAddress(address) } } }),
    ...known({ purpose, country, region, stepUpAgeMs, recentPlays: recentPlays ?? null }),
  };
}

/** To the millisecond; Cedar compares instants as such. */
function instant(ms: number): CedarValueJson {
  return { __extn: { fn: 'datetime', arg: new Date(ms).toISOString() } };
}

function known(values: Readonly<Record<string, string | number | null>>): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

import { ACTS } from '../policy/access.ts';
import type { AccessContext, AccessedThing, Asked, Principal } from './asked.ts';

const KNOWN_ACTS: ReadonlySet<string> = new Set(ACTS);

/**
 * Whether a question is of the types that policies are checked against (`access-schema.ts`). Cedar can look as well, which
 * takes it as long as deciding; a test holds the two against each other.
 */
export function isTyped({ principal, act, thing, context }: Asked): boolean {
  return KNOWN_ACTS.has(act) && isPrincipal(principal) && isThing(thing) && isContext(context);
}

function isPrincipal({ id, kind, role, groups, department, job, region }: Principal): boolean {
  return texts([id, kind, role]) && texts(groups) && [department, job, region].every(isMaybeText);
}

function isThing(thing: AccessedThing): boolean {
  if (thing.type === 'tenant') return isText(thing.id);
  const { id, region, retentionClass, source, department, classification, restricted, held } = thing;
  return (
    texts([id, region, retentionClass, source]) &&
    texts(thing.ownOf) &&
    (thing.grants === undefined || texts(thing.grants)) &&
    isMaybeText(department) &&
    isMaybeText(classification) &&
    typeof restricted === 'boolean' &&
    typeof held === 'boolean'
  );
}

/** Instants and addresses are read by Cedar in any case. */
function isContext({ means, purpose, address, country, region, stepUpAgeMs, recentPlays }: AccessContext) {
  return (
    isText(means) &&
    [purpose, address, country, region].every(isMaybeText) &&
    [stepUpAgeMs, recentPlays].every((count) => isMissing(count) || Number.isSafeInteger(count))
  );
}

function texts(values: readonly unknown[]): boolean {
  return Array.isArray(values) && values.every(isText);
}

function isMaybeText(value: unknown): boolean {
  return isMissing(value) || isText(value);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

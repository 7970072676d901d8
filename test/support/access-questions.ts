/** Questions for tests of the policies: ordinary ones to change, and arbitrary ones. */
import fc from 'fast-check';
import type {
  AccessContext,
  AccessedRecording,
  Asked,
  Principal,
} from '../../recorder-core/authorization/asked.ts';
import { ACTS, ROLES } from '../../recorder-core/policy/access.ts';

export const NOW_MS = Date.UTC(2026, 2, 1, 9);

/** A person of the department of sales. */
export function principal(changed: Partial<Principal> = {}): Principal {
  return {
    id: 'user-1',
    kind: 'user',
    role: 'supervisor',
    groups: [],
    department: 'sales',
    job: null,
    region: null,
    ...changed,
  };
}

/** A recording of the department of sales. */
export function recording(changed: Partial<AccessedRecording> = {}): AccessedRecording {
  return {
    type: 'recording',
    id: 'recording-1',
    region: 'eu',
    department: 'sales',
    classification: null,
    retentionClass: 'standard',
    source: 'desk',
    startedAtMs: NOW_MS - 86_400_000,
    restricted: false,
    held: false,
    ownOf: [],
    ...changed,
  };
}

/** A session in the same region, with a proof of presence a minute ago. */
export function context(changed: Partial<AccessContext> = {}): AccessContext {
  return {
    nowMs: NOW_MS,
    purpose: null,
    address: '192.0.2.7',
    country: null,
    region: 'eu',
    stepUpAgeMs: 60_000,
    means: 'session',
    ...changed,
  };
}

/** The tenant as what is asked about. */
export const TENANT = { type: 'tenant', id: 'tenant-1' } as const;

const words = fc.constantFrom(
  'sales',
  'hr',
  'legal',
  'interception',
  'eu',
  'us',
  'standard',
  'legal-claim',
  '',
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

/** Anybody, by few words, so that attributes often agree. */
export const principals: fc.Arbitrary<Principal> = fc.record({
  id: fc.constantFrom('user-1', 'user-2'),
  kind: fc.constantFrom('user', 'service'),
  role: fc.constantFrom(...ROLES, 'none'),
  groups: fc.uniqueArray(words, { maxLength: 3 }),
  department: maybe(words),
  job: maybe(words),
  region: maybe(words),
});

/** Any recording. */
export const recordings: fc.Arbitrary<AccessedRecording> = fc.record({
  type: fc.constant('recording'),
  id: fc.constantFrom('recording-1', 'recording-2'),
  region: words,
  department: maybe(words),
  classification: maybe(words),
  retentionClass: words,
  source: words,
  startedAtMs: fc.integer({ min: NOW_MS - 1e10, max: NOW_MS }),
  restricted: fc.boolean(),
  held: fc.boolean(),
  ownOf: fc.uniqueArray(fc.constantFrom('user-1', 'user-2'), { maxLength: 2 }),
});

/** Any circumstances. */
export const contexts: fc.Arbitrary<AccessContext> = fc.record({
  nowMs: fc.integer({ min: NOW_MS - 1e10, max: NOW_MS + 1e10 }),
  purpose: maybe(fc.oneof(words, fc.constantFrom('transfer/', 'transfer/court-order'))),
  address: maybe(fc.ipV4()),
  country: maybe(fc.constantFrom('DE', 'US')),
  region: maybe(words),
  stepUpAgeMs: maybe(fc.integer({ min: 0, max: 600_000 })),
  means: fc.constantFrom('session', 'token', 'machine'),
});

/** Any question. */
export const questions: fc.Arbitrary<Asked> = fc.record({
  principal: principals,
  act: fc.constantFrom(...ACTS),
  thing: fc.oneof({ weight: 3, arbitrary: recordings }, { weight: 1, arbitrary: fc.constant(TENANT) }),
  context: contexts,
});

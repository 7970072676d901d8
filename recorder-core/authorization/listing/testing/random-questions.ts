/** Random people, circumstances and recordings. */
import fc from 'fast-check';
import { ROLES } from '../../../policy/access.ts';
import type { AccessContext, AccessedRecording, Principal } from '../../asked.ts';
import type { AskedOfList } from '../list-formula.ts';
import {
  CLASSIFICATIONS,
  GRANTS,
  INSTANTS,
  oneOf,
  RECORDINGS,
  STORED,
  TEXTS,
  USERS,
} from './random-leaves.ts';

const people: fc.Arbitrary<Principal> = fc.record({
  id: oneOf(USERS),
  kind: fc.constantFrom('user' as const, 'service' as const),
  role: oneOf([...ROLES, 'nobody']),
  groups: fc.uniqueArray(oneOf(STORED), { maxLength: 2 }),
  department: fc.option(oneOf(STORED)),
  job: fc.option(oneOf(STORED)),
  region: fc.option(oneOf(STORED)),
});

/** Circumstances of a question. */
export const randomCircumstances: fc.Arbitrary<AccessContext> = fc.record({
  nowMs: fc.constantFrom(...INSTANTS),
  purpose: fc.option(oneOf([...TEXTS, 'transfer/consent', 'legal-claim'])),
  address: fc.option(
    oneOf(['10.0.0.1', '::ffff:10.1.2.3', '::1', '10.0.0.9', '10.1.2.9', '192.0.2.1', 'no address']),
  ),
  country: fc.option(oneOf(TEXTS)),
  region: fc.option(oneOf(['eu-central', 'us-east'])),
  stepUpAgeMs: fc.option(fc.constantFrom(0, 1, 300_000)),
  means: fc.constantFrom('session' as const, 'token' as const, 'machine' as const),
});

/** A question about a list. */
export const randomQuestion: fc.Arbitrary<AskedOfList> = fc.record({
  principal: people,
  act: fc.constantFrom('recording.list' as const, 'recording.play' as const),
  context: randomCircumstances,
});

/** Recordings, each of another id. */
export const randomRecordings: fc.Arbitrary<AccessedRecording[]> = fc
  .tuple(
    ...RECORDINGS.map((id) =>
      fc.record({
        type: fc.constant('recording' as const),
        id: fc.constant(id),
        region: oneOf(STORED),
        department: fc.option(oneOf(STORED)),
        classification: fc.option(oneOf(CLASSIFICATIONS)),
        retentionClass: oneOf(STORED),
        source: fc.constant('siprec'),
        startedAtMs: fc
          .tuple(fc.constantFrom(...INSTANTS), fc.integer({ min: -1, max: 1 }))
          .map(([at, by]) => at + by),
        restricted: fc.boolean(),
        held: fc.boolean(),
        grants: fc.uniqueArray(oneOf(GRANTS), { maxLength: 2 }),
        ownOf: fc.uniqueArray(oneOf(USERS), { maxLength: 3 }),
      }),
    ),
  )
  .map((recordings) => [...recordings]);

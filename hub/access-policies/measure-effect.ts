import {
  compareAccess,
  type AccessComparison,
  type AccessEffect,
} from '../../recorder-core/authorization/compare-access.ts';
import { publishedPolicySet } from '../../recorder-core/authorization/check-policies.ts';
import type { PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import { readPublishedPolicies } from '../../recorder-core/records/access-policies.ts';
import { listPrincipals, listRecordingClasses } from '../../recorder-core/records/access-population.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { sessionFrom } from './require-publishable.ts';

/** Each question takes up to half a millisecond; a process answers nothing else meanwhile. */
const MOST_QUESTIONS = 4_000;

/** What would change, and over whom and what it was measured. */
export interface MeasuredEffect extends AccessEffect {
  /** The published version that it is compared with; 0: none. */
  readonly against: number;
  readonly people: { readonly compared: number; readonly all: number };
  readonly recordings: { readonly classes: number; readonly compared: number; readonly complete: boolean };
}

/** What is compared over, as it is in the database at a moment; `measure` needs no database any more. */
export interface Population {
  readonly published: { readonly version: number; readonly text: string };
  readonly people: Awaited<ReturnType<typeof listPrincipals>>;
  readonly classes: Awaited<ReturnType<typeof listRecordingClasses>>;
}

/** Reads the published policies, people and classes of recordings. */
export async function readPopulation(tx: Tx): Promise<Population> {
  const published = await readPublishedPolicies(tx);
  return { published, people: await listPrincipals(tx), classes: await listRecordingClasses(tx) };
}

/**
 * Who gains and who loses by a set against the published one: in a session with a fresh proof of presence, of which no place is
 * known, for a purpose where one is given, without grants.
 */
export function measureEffect(
  { published, people, classes }: Population,
  after: PolicySet,
  now: Date,
  purpose: string | null,
): MeasuredEffect {
  const comparison: AccessComparison = {
    before: publishedPolicySet(published.version, published.text),
    after,
    people: people.people,
    classes: classes.classes,
    context: { ...sessionFrom({ address: null, country: null, region: null }, now), purpose },
    questions: MOST_QUESTIONS,
  };
  return {
    ...compareAccess(comparison),
    against: published.version,
    people: { compared: people.people.length, all: people.all },
    recordings: {
      classes: classes.classes.length,
      compared: classes.recordings,
      complete: classes.complete,
    },
  };
}

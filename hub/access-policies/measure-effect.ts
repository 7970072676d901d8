import type { AccessEffect } from '../../recorder-core/authorization/compare-access.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readPublishedPolicies } from '../../recorder-core/records/access-policies.ts';
import { listPrincipals, listRecordingClasses } from '../../recorder-core/records/access-population.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { judgeApart } from './judge-apart.ts';
import { NOWHERE, sessionFrom } from './require-publishable.ts';

/** Each question takes up to half a millisecond. */
const MOST_QUESTIONS = 4_000;

/** What would change, and over whom and what it was measured. */
export interface MeasuredEffect extends AccessEffect {
  /** The published version that it is compared with; 0: none. */
  readonly against: number;
  readonly people: { readonly compared: number; readonly all: number };
  readonly recordings: { readonly classes: number; readonly compared: number; readonly complete: boolean };
}

/** What is compared over, as it is in the database at a moment; `measureEffect` needs no database any more. */
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
 * Who gains and who loses by a text against the published one: in a session with a fresh proof of presence, of which no place is
 * known, for a purpose where one is given, without grants.
 * @throws HoldfastError `invalid_input` for a text with faults, naming the first.
 */
export async function measureEffect(
  { published, people, classes }: Population,
  text: string,
  now: Date,
  purpose: string | null,
): Promise<MeasuredEffect> {
  const { check, effect } = await judgeApart({
    text,
    examples: [],
    nowMs: now.getTime(),
    effect: {
      published,
      people: people.people,
      classes: classes.classes,
      context: { ...sessionFrom(NOWHERE, now), purpose },
      questions: MOST_QUESTIONS,
    },
  });
  if (effect === null) {
    const [first] = check.faults;
    const where = first === undefined || first.line === null ? '' : `line ${first.line}: `;
    const what = `The text has faults, so it would change nothing: ${where}${first?.message ?? ''}`;
    throw new HoldfastError('invalid_input', what, { field: 'text' });
  }
  const { classes: compared, recordings, complete } = classes;
  return {
    ...effect,
    against: published.version,
    people: { compared: people.people.length, all: people.all },
    recordings: { classes: compared.length, compared: recordings, complete },
  };
}

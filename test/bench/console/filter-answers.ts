import type { TestHub } from '../../support/test-hub.ts';

const TIMES = 5;

/** What few or many recordings have, and what none has; by the names under which the bench prints them. */
const SEARCHES = {
  everything: '',
  heldByNobody: 'held=true',
  notHeld: 'held=false',
  gaps: 'gaps=true',
  direction: 'direction=inbound',
  unknownTag: 'tag=none-has-this',
  partial: 'partial=true',
  notSettled: 'state=stored',
  rareWord: 'q=00000%20desk',
  twoLetters: 'q=ab',
  unknownTwoLetters: 'q=zq',
  everyWord: 'q=desk',
  party: 'party=harbour',
  unknownParty: 'party=nobody-of-this-name',
  department: 'department=department-7&held=true',
  longest: 'sort=-durationMs',
  keptShortest: 'sort=keptUntil&state=retained',
  unknownRecorder: 'recorder=nowhere',
} as const;

/** How long the API takes for the first page and the counts of a search, at best of five: milliseconds. */
export async function filterAnswers(
  hub: TestHub,
  tenantId: string,
): Promise<Record<string, { readonly pageMs: number; readonly countsMs: number }>> {
  const officer = await hub.signIn('compliance_officer', tenantId);
  const best = async (path: string): Promise<number> => {
    const took: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const begun = performance.now();
      const answer = await officer.fetch(path);
      await answer.text();
      if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}.`);
      took.push(performance.now() - begun);
    }
    return Math.round(Math.min(...took));
  };
  const answers: Record<string, { readonly pageMs: number; readonly countsMs: number }> = {};
  for (const [name, search] of Object.entries(SEARCHES)) {
    const filters = search.replace(/sort=[^&]*&?/, '');
    answers[name] = {
      pageMs: await best(`/api/v1/recordings?limit=100&${search}`),
      countsMs: await best(`/api/v1/recordings/facets?${filters}`),
    };
  }
  return answers;
}

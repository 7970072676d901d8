import { describe, expect, test } from '@jest/globals';
import { DIALECTS } from '../../recorder-core/siprec/dialects/registry.ts';
import { everyCase, pairwiseCases } from './cases.ts';
import { observedOf, requiredOf } from './compare-case.ts';
import { titleOf } from './matrix-case.ts';
import { playCase } from './play-case.ts';
import { SOURCES } from './sources.ts';

const CASES = pairwiseCases();

describe('a call on real sockets is recorded as it was, by its source, offer form and change:', () => {
  test.each(CASES.map((played) => [titleOf(played), played] as const))('%s', async (_title, played) => {
    const outcome = await playCase(played);
    expect(observedOf(played, outcome)).toEqual(requiredOf(played, outcome));
  });
});

describe('the matrix', () => {
  test('has every source that the recording client can play', () => {
    const played = DIALECTS.filter(({ client }) => client !== undefined).map(({ name }) => name);
    expect(SOURCES.map(({ dialect }) => dialect).sort()).toEqual(['rfc7865', ...played].sort());
  });

  test('plays each source with all that its vendor is known for', () => {
    const lost = SOURCES.flatMap((source) =>
      source.knownFor
        .filter((change) => !CASES.some((one) => one.source === source && one.change === change))
        .map((change) => `${source.dialect} ${change}`),
    );
    expect(lost).toEqual([]);
  });

  test('is far smaller than all there can be', () => {
    expect(CASES.length).toBeLessThan(everyCase().length / 5);
  });
});

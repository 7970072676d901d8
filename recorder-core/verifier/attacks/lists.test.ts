import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { splitList } from '../../ledger/continued-lists.ts';
import type { LeafInput } from '../../ledger/leaf.ts';
import { exportBundle } from '../testing/export-bundle.ts';
import { Installation, originOf, type TestPart } from '../testing/installation.ts';
import { outcome } from '../testing/outcome.ts';

type Entered = Pick<LeafInput, 'act' | 'facts'>;

const MANY = 400;

const manyContents = (count = MANY): Buffer[] => Array.from({ length: count }, () => randomBytes(20));

/** The outcome for a recording of many parts, whose sealing was entered as `change` makes it of an honest one. */
async function sealedAs(change: (leaves: Entered[]) => Entered[]): Promise<string | undefined> {
  const honest = new Installation();
  const made = honest.recording(honest.record(manyContents()));
  const installation = new Installation();
  const id = randomUUID();
  const object = { type: 'recording', id };
  const parts: TestPart[] = [...made.parts];
  installation.recordings.set(id, { state: 'retained', parts });
  const sealing = {
    act: 'recording.sealed' as const,
    at: installation.now,
    object,
    outcome: 'done',
    facts: { parts: parts.map(originOf) },
  };
  for (const { act, facts } of change(splitList(sealing, 'parts')))
    installation.act(act, object, facts === undefined ? {} : { facts });
  return outcome(await exportBundle(installation), installation.trust());
}

describe('a long list of the ledger', () => {
  it('is verified whole, at sealing, derivation and destruction', async () => {
    const installation = new Installation();
    const id = installation.record(manyContents(1_500)); // more than one leaf has of bare ids, too
    installation.derive(id);
    expect(await outcome(await exportBundle(installation), installation.trust())).toBe('verified');
    installation.dispose(id);
    const continued = installation.log.entries.map((entry) => JSON.parse(String(entry)) as Entered);
    expect(new Set(continued.map(({ facts }) => facts?.['list']))).toEqual(
      new Set([undefined, 'parts', 'from']),
    );
    expect(new Set(continued.map(({ facts }) => facts?.['act']))).toEqual(
      new Set([undefined, 'recording.sealed', 'recording.derived', 'keys.destroyed']),
    );
    expect(await outcome(await exportBundle(installation), installation.trust())).toBe('verified');
    expect(await sealedAs((leaves) => leaves)).toBe('verified');
  });

  it.each<[string, (leaves: Entered[]) => Entered[]]>([
    ['without its last leaf', (leaves) => leaves.slice(0, -1)],
    ['without one in the middle', ([first, , ...rest]) => [first!, ...rest]],
    ['without its first leaf', ([, ...rest]) => rest],
    ['with a leaf twice', ([first, second, ...rest]) => [first!, second!, second!, ...rest]],
    ['with its last leaf twice', (leaves) => [...leaves, leaves.at(-1)!]],
    ['with two leaves exchanged', ([first, second, third, ...rest]) => [first!, third!, second!, ...rest]],
    ['with its beginning twice', ([first, ...rest]) => [first!, first!, ...rest]],
  ])('%s is refused', async (_what, change) => {
    expect(await sealedAs(change)).toMatch(/^parts: A long list of the ledger cannot be put together/);
  });

  it('hides no hold that is released before it ends', async () => {
    const installation = new Installation();
    const id = installation.record(manyContents(1_500));
    const object = { type: 'recording', id };
    installation.hold(id, 'hold.placed', 'h-1');
    installation.act('tombstone.written', object, { facts: { tombstone: 't-1' } });
    const parts = installation.recording(id).parts.map((part) => part.id);
    const destruction = {
      act: 'keys.destroyed' as const,
      at: installation.now,
      object,
      outcome: 'done',
      facts: { parts, tombstone: 't-1' },
    };
    const [first, ...rest] = splitList(destruction, 'parts');
    expect(rest.length).toBeGreaterThan(0);
    installation.act('keys.destroyed', object, { facts: first?.facts ?? {} });
    installation.hold(id, 'hold.released', 'h-1');
    for (const { act, facts } of rest) installation.act(act, object, { facts: facts ?? {} });
    for (const part of installation.recording(id).parts) part.destroyedAt = installation.now.toISOString();
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^holds: Entry .* while the hold h-1 stood on it/,
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { channelsOf } from './channels.ts';
import type { Party } from './parties.ts';
import type { Part, PartKind } from './parts.ts';

const part = (id: string, label: string | null, kind: PartKind = 'media') =>
  ({ id, label, kind, destroyedAt: null, replaces: null }) as Part;
const party = (ordinal: number, label: string | null) =>
  ({ id: `party-${ordinal}`, ordinal, label }) as Party;
const shape = (parts: readonly Part[], parties: readonly Party[]) =>
  channelsOf(parts, parties).map(({ label, party: who, parts: own }) => ({
    label,
    ordinal: who?.ordinal,
    ids: own.map(({ id }) => id),
  }));

describe('the channels of a recording', () => {
  test('are its lines in the order of the parties, a line that was opened again with all its parts', () => {
    const parts = [
      part('3', 'b'),
      part('1', 'b'),
      part('4', 'a'),
      part('2', 'a'),
      part('5', null, 'waveform'),
    ];
    expect(shape(parts, [party(0, 'b'), party(1, 'a')])).toEqual([
      { label: 'b', ordinal: 0, ids: ['1', '3'] },
      { label: 'a', ordinal: 1, ids: ['2', '4'] },
    ]);
  });

  test('of a line that went over to another party stay where the first one was', () => {
    const parts = [part('1', 'a'), part('2', 'b')];
    expect(shape(parts, [party(2, 'a'), party(0, 'a'), party(1, 'b')])).toEqual([
      { label: 'a', ordinal: 0, ids: ['1'] },
      { label: 'b', ordinal: 1, ids: ['2'] },
    ]);
  });

  test('without a party come last, and parts without a label stay apart', () => {
    const parts = [part('1', null), part('2', null), part('3', 'a'), part('4', 'x')];
    expect(shape(parts, [party(0, 'a'), party(1, null)]).map(({ ids }) => ids)).toEqual([
      ['3'],
      ['1'],
      ['2'],
      ['4'],
    ]);
  });

  test('have a part without a span in the place of the one it was made from, once that is destroyed and not before', () => {
    const captured = part('1', 'a');
    const later = part('2', 'a');
    const without = { ...part('3', 'a'), replaces: '1' };
    const twice = { ...part('4', 'a'), replaces: '3' };
    const gone = (one: Part): Part => ({ ...one, destroyedAt: '2026-01-01T00:00:00.000Z' });
    const heard = (...parts: Part[]) => shape(parts, [party(0, 'a')]).flatMap(({ ids }) => ids);
    expect(heard(without, later, captured)).toEqual(['1', '2']);
    expect(heard(without, later, gone(captured))).toEqual(['3', '2']);
    expect(heard(twice, gone(without), later, gone(captured))).toEqual(['4', '2']);
    const [channel] = channelsOf([gone(captured), gone(without), later], [party(0, 'a')]);
    expect(channel?.destroyed.map(({ id }) => id)).toEqual(['3']);
  });

  test('hold every media part once, whatever the order of the rows', () => {
    const label = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
    fc.assert(
      fc.property(fc.array(label), fc.array(label), fc.func(fc.integer()), (labels, spoken, weigh) => {
        const parts = labels.map((each, i) => part(String(i).padStart(3, '0'), each));
        const parties = spoken.map((each, i) => party(i, each));
        const shuffled = [...parts].sort((a, b) => weigh(a.id) - weigh(b.id));
        const found = shape(parts, parties);
        expect(found.flatMap(({ ids }) => ids).sort()).toEqual(parts.map(({ id }) => id));
        const labelled = (list: typeof found) => list.filter((channel) => channel.label !== null);
        expect(labelled(shape(shuffled, parties)).filter(({ ordinal }) => ordinal !== undefined)).toEqual(
          labelled(found).filter(({ ordinal }) => ordinal !== undefined),
        );
      }),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Catalog, FieldSpec } from '../../connectors/kit/fields.ts';
import { compareCatalogs } from './compare-catalogs.ts';

const field = (name: string, more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  title: name,
  type: 'text',
  required: false,
  writable: true,
  ...more,
});
const catalog = (objects: Readonly<Record<string, readonly FieldSpec[]>>): Catalog => ({
  objects: Object.entries(objects).map(([name, fields]) => ({ name, title: name, fields })),
});

describe('two catalogues', () => {
  test('differ by objects and fields, each named once', () => {
    const before = catalog({ Task: [field('a'), field('b', { maxLength: 10 })], Old: [field('x')] });
    const after = catalog({ Task: [field('b', { maxLength: 5 }), field('c')], New: [field('y')] });
    const found = compareCatalogs(before, after).map(({ object, field: name, change }) => [
      object,
      name,
      change,
    ]);
    expect(found).toEqual([
      ['New', null, 'added'],
      ['Old', null, 'removed'],
      ['Task', 'a', 'removed'],
      ['Task', 'b', 'changed'],
      ['Task', 'c', 'added'],
    ]);
  });

  test('do not differ where nobody had looked before, nor in the order of their parts', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 6 });
    fc.assert(
      fc.property(names, (given) => {
        const one = catalog({ Task: given.map((name) => field(name)) });
        const other = catalog({ Task: given.toReversed().map((name) => field(name)) });
        expect(compareCatalogs(one, other)).toEqual([]);
        expect(compareCatalogs(undefined, one)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

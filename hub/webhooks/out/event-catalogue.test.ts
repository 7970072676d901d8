import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeLeaf, placeLeaf } from '../../../recorder-core/ledger/leaf.ts';
import { dataSchemaOf } from './define-event.ts';
import { EVENT_CATALOGUE, isChoice, sourcesOf } from './event-catalogue.ts';
import { renderEvent } from './render-event.ts';

const TENANT = '0198c0de-0000-7000-8000-000000000001';

describe('the catalogue of events', () => {
  test('names each type once, and docs/webhooks.md names them all', () => {
    const types = EVENT_CATALOGUE.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    const rows = readFileSync(join(import.meta.dirname, '../../../docs/webhooks.md'), 'utf8').split('\n');
    const lost = types.filter((type) => {
      const [topic, word] = type.split('.');
      const named = (row: string) =>
        row.includes(`\`${type}\``) || (row.includes(`\`${topic}.`) && row.includes(`\`.${word}\``));
      return !rows.some(named);
    });
    expect(lost).toEqual([]);
  });

  test('is chosen from by type, topic or everything; tests come unasked', () => {
    const chosen = (...choices: string[]) => sourcesOf(choices).map(({ type }) => type);
    expect(chosen('hold.placed')).toEqual(['hold.placed', 'endpoint.tested']);
    expect(chosen('restriction.*')).toEqual(['restriction.lifted', 'endpoint.tested']);
    expect(chosen('*')).toHaveLength(EVENT_CATALOGUE.length);
    expect(['*', 'hold.*', 'hold.placed', 'hol.*', 'hold.', 'hold.placed.*', ''].map(isChoice)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('lets no text through, whatever a leaf says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_CATALOGUE),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        (known, text) => {
          fc.pre(!/^[a-z][a-z0-9_.-]*$/.test(text) && text.isWellFormed());
          const names = [...Object.keys(known.facts), 'somethingElse'];
          const { bytes } = makeLeaf(
            {
              tenant: TENANT,
              at: new Date('2026-11-26T12:00:00.000Z'),
              act: known.act,
              object: { type: 'recording', id: TENANT },
              outcome: 'done',
              facts: Object.fromEntries(names.map((name) => [name, text])),
            },
            { actor: text },
            (size) => Buffer.alloc(size),
          );
          const event = renderEvent(TENANT, 7, known.type, placeLeaf(bytes, { ordinal: 1, previous: null }));
          expect(dataSchemaOf(known).parse(event.data).facts).toEqual({});
        },
      ),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EXPORT_EVENTS, EXPORT_STATES, exportStateAfter, isExportOver } from './export-state.ts';
import type { ExportEvent, ExportState } from './export-state.ts';

const events = fc.array(fc.constantFrom(...EXPORT_EVENTS), { maxLength: 30 });

/** Every state that a history goes through; what cannot happen changes nothing. */
function play(history: readonly ExportEvent[]): ExportState[] {
  const states: ExportState[] = ['requested'];
  for (const event of history) {
    const next = exportStateAfter(states.at(-1)!, event);
    if (next !== undefined) states.push(next);
  }
  return states;
}

describe('the life of an export', () => {
  test('never reaches a ready bundle without approval and making, in this order', () => {
    fc.assert(
      fc.property(events, (history) => {
        const states = play(history);
        const ready = states.indexOf('ready');
        if (ready < 0) return;
        expect(states.indexOf('approved')).toBeGreaterThan(0);
        expect(states.indexOf('approved')).toBeLessThan(states.indexOf('making'));
        expect(states.indexOf('making')).toBeLessThan(ready);
      }),
      { numRuns: 500 },
    );
  });

  test('goes no further from an end, and has at most one', () => {
    fc.assert(
      fc.property(events, (history) => {
        const states = play(history);
        const end = states.findIndex(isExportOver);
        if (end >= 0) expect(states).toHaveLength(end + 1);
      }),
      { numRuns: 500 },
    );
  });

  test('can be revoked and can expire wherever it is not over', () => {
    for (const state of EXPORT_STATES.filter((each) => !isExportOver(each))) {
      expect(exportStateAfter(state, 'revoke')).toBe('revoked');
      expect(exportStateAfter(state, 'expire')).toBe('expired');
    }
  });

  test('can fail only before it is ready: a bundle is whole or is none', () => {
    expect(EXPORT_STATES.filter((state) => exportStateAfter(state, 'fail') !== undefined)).toEqual([
      'approved',
      'making',
    ]);
  });
});

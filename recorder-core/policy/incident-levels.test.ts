import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_LEVELS, faultOfLevels, waitingConnections, type IncidentLevel } from './incident-levels.ts';
import { SEVERITIES } from './incident-state.ts';

const level = (afterMinutes: number, change: Partial<IncidentLevel> = {}): IncidentLevel => ({
  afterMinutes,
  roles: ['compliance_officer'],
  people: [],
  connections: [],
  ...change,
});

describe('the levels of a severity', () => {
  test('of the product call officers at once and can be set as they are', () => {
    for (const severity of SEVERITIES) {
      expect(DEFAULT_LEVELS[severity][0]).toMatchObject({ afterMinutes: 0, roles: ['compliance_officer'] });
      expect(faultOfLevels(DEFAULT_LEVELS[severity])).toBeUndefined();
    }
  });

  test('call somebody each, one after the other', () => {
    expect(faultOfLevels([])).toMatch(/At least one/);
    expect(faultOfLevels([level(0), level(5, { roles: [] })])).toMatch(/Level 2 calls nobody/);
    expect(faultOfLevels([level(5), level(5)])).toMatch(/Level 2 has to come later/);
    expect(
      faultOfLevels([level(0, { roles: [], people: ['p'] }), level(1, { roles: [], connections: ['c'] })]),
    ).toBeUndefined();
  });
});

describe('connections that a level names', () => {
  test('wait for the first level that names them, and then no more', () => {
    const levels = [
      level(0),
      level(5, { connections: ['pager'] }),
      level(9, { connections: ['pager', 'desk'] }),
    ];
    expect(waitingConnections(levels, 0)).toEqual(['pager', 'desk']);
    expect(waitingConnections(levels, 2)).toEqual(['desk']);
    expect(waitingConnections(levels, 3)).toEqual([]);
  });

  test('never wait again once a further level is called, and none waits after the last', () => {
    const connections = fc.subarray(['a', 'b', 'c']);
    fc.assert(
      fc.property(fc.array(connections, { maxLength: 5 }), fc.nat(6), (named, called) => {
        const levels = named.map((some, index) => level(index, { connections: some }));
        const now = waitingConnections(levels, called);
        for (const one of waitingConnections(levels, called + 1)) expect(now).toContain(one);
        expect(waitingConnections(levels, levels.length)).toEqual([]);
      }),
    );
  });
});

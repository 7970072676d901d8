import { describe, expect, test } from '@jest/globals';
import { ACTS, ROLES, decideAccess, heldActs } from './access.ts';

const allowed = (role: string): string[] => ACTS.filter((act) => decideAccess({ role, act }).allowed);

describe('the access decision', () => {
  test('names the rule that gave the answer', () => {
    expect(decideAccess({ role: 'compliance_officer', act: 'hold.place' })).toEqual({
      allowed: true,
      rule: 'access/compliance_officer/hold.place',
    });
    expect(decideAccess({ role: 'auditor', act: 'recording.play' })).toEqual({
      allowed: false,
      rule: 'access/default-deny',
    });
  });

  test('only compliance officers and administrators hear recordings or touch holds', () => {
    for (const act of [
      'recording.play',
      'recording.export',
      'export.approve',
      'export.revoke',
      'hold.place',
      'hold.release',
    ]) {
      expect(ROLES.filter((role) => decideAccess({ role, act }).allowed)).toEqual([
        'administrator',
        'compliance_officer',
      ]);
    }
  });

  test('everybody but supervisors sees the recorders at work; officers stop a recording, engineers a node', () => {
    const having = (act: string): string[] => ROLES.filter((role) => decideAccess({ role, act }).allowed);
    expect(having('live.read')).toEqual(ROLES.filter((role) => role !== 'supervisor'));
    expect(having('live.control')).toEqual(['administrator', 'compliance_officer']);
    expect(having('live.resume')).toEqual(having('live.control'));
    expect(having('recorder.drain')).toEqual(['administrator', 'engineer']);
    expect(having('recorder.undrain')).toEqual(having('recorder.drain'));
  });

  test('only administrators and engineers change connections, and only administrators people', () => {
    expect(ROLES.filter((role) => decideAccess({ role, act: 'connection.manage' }).allowed)).toEqual([
      'administrator',
      'engineer',
    ]);
    expect(ROLES.filter((role) => decideAccess({ role, act: 'user.manage' }).allowed)).toEqual([
      'administrator',
    ]);
  });

  test('what a role has for its own department only is denied where no recording is looked at', () => {
    expect(heldActs('supervisor').filter(({ scope }) => scope === 'department')).toEqual(
      ['recording.list', 'recording.read', 'recording.play'].map((act) => ({ act, scope: 'department' })),
    );
    expect(allowed('supervisor')).toEqual(['grant.request', 'break-glass.use']);
  });

  test('every role has its acts once, each for the whole tenant or for the own department', () => {
    for (const role of ROLES) {
      const held = heldActs(role);
      expect(
        held
          .filter(({ scope }) => scope === 'tenant')
          .map(({ act }) => act)
          .toSorted(),
      ).toEqual(allowed(role).toSorted());
      expect(held.every(({ act }) => ACTS.includes(act))).toBe(true);
      expect(new Set(held.map(({ act }) => act)).size).toBe(held.length);
    }
  });

  test('an auditor changes nothing, and like everybody may ask for a right that a second person gives', () => {
    expect(allowed('auditor').filter((act) => !/\.(list|read|verify)$/.test(act))).toEqual([
      'grant.request',
      'break-glass.use',
    ]);
  });

  test.each(['', 'root', 'constructor', '__proto__', 'toString'])(
    'the unknown role "%s" may do nothing',
    (role) => {
      expect(allowed(role)).toEqual([]);
    },
  );

  test('an unknown act is denied to everyone', () => {
    expect(ROLES.filter((role) => decideAccess({ role, act: 'recording.erase-quietly' }).allowed)).toEqual(
      [],
    );
  });
});

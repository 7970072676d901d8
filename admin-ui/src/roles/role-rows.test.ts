import { expect, test } from '@jest/globals';
import type { RoleMatrixView } from '../../../hub/api/schemas/access-policy.ts';
import { actsByThing } from './role-rows.ts';

test('acts stand together by what they are about, in their order', () => {
  const acts = ['hold.read', 'export.read', 'hold.place'].map((act) => ({ act, rights: {} }));
  const rows = actsByThing(acts as unknown as RoleMatrixView['acts']);
  expect(rows.map(({ thing, acts: ofThing }) => [thing, ofThing.map(({ act }) => act)])).toEqual([
    ['hold', ['hold.read', 'hold.place']],
    ['export', ['export.read']],
  ]);
});

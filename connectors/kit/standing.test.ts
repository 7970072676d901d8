import { describe, expect, test } from '@jest/globals';
import { upsertAction, upsertState } from './standing.ts';

describe('an upsert of revision 5, by what stands there', () => {
  test.each([
    [undefined, 'create', 'not_applied'],
    [{ revision: 4 }, 'update', 'not_applied'],
    [{ revision: 5 }, 'none', 'confirmed 5'],
    [{ revision: 6 }, 'none', 'superseded 6'],
    [{ revision: 5, version: 9 }, 'none', 'confirmed 9'],
    [{ revision: 4, deleted: true }, 'create', 'not_applied'],
    [{ revision: 5, deleted: true }, 'none', 'superseded 5'],
  ])('%p', (there, action, state) => {
    expect(upsertAction({ revision: 5 }, there)).toBe(action);
    const found = upsertState({ revision: 5 }, there, 'x');
    expect(found.state === 'applied' ? `${found.result} ${found.remoteVersion}` : found.state).toBe(state);
  });
});

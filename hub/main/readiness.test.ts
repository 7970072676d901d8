import { describe, expect, test } from '@jest/globals';
import { checkReadiness, takingCheck, type ReadinessCheck } from './readiness.ts';

const good: ReadinessCheck = { name: 'keys', run: () => Promise.resolve('They wrap.') };
const away: ReadinessCheck = { name: 'database', run: () => Promise.reject(new Error('No answer.')) };

describe('readiness', () => {
  test('needs every check that is vital', async () => {
    expect(await checkReadiness('1', [good])).toMatchObject({ ready: true, degraded: false });
    expect(await checkReadiness('1', [good, away])).toMatchObject({ ready: false, degraded: true });
  });

  test('says that something is away that can be done without, and stays ready', async () => {
    const report = await checkReadiness('1', [good, { ...away, dispensable: true }]);
    expect(report).toMatchObject({ ready: true, degraded: true });
    expect(report.checks[1]).toEqual({ name: 'database', ok: false, vital: false, detail: 'No answer.' });
  });

  test('of a recorder ends while it is full or draining', async () => {
    for (const [state, ready] of [
      ['taking', true],
      ['full', false],
      ['draining', false],
    ] as const)
      expect(await checkReadiness('1', [takingCheck(() => state)])).toMatchObject({ ready });
  });

  test('takes a check that never answers for one that fails', async () => {
    const { ready, checks } = await checkReadiness('1', [
      { name: 'x', run: () => new Promise(() => undefined) },
    ]);
    expect({ ready, detail: checks[0]!.detail }).toEqual({ ready: false, detail: 'No answer within 2 s.' });
  });
});

import { describe, expect, test } from '@jest/globals';
import { readinessWords } from './readiness-words.ts';

const check = (name: string, ok: boolean) => ({ name, ok, detail: '' });

describe('readinessWords', () => {
  test('What is not ready is named.', () => {
    const checks = [check('database', true), check('temporal', false), check('search', false)];
    expect(readinessWords({ ready: false, version: '1', checks }, false)).toEqual({
      tone: 'bad',
      text: 'Not ready: temporal, search',
    });
  });

  test('A report that says ready while a check fails is not believed.', () => {
    expect(readinessWords({ ready: true, version: '1', checks: [check('vault', false)] }, false).tone).toBe(
      'bad',
    );
  });

  test('What can be done without for a while is named, and is no failure.', () => {
    const checks = [{ ...check('database', false), vital: false }, check('keys', true)];
    expect(readinessWords({ ready: true, degraded: true, version: '1', checks }, false)).toEqual({
      tone: 'warn',
      text: 'Ready, without database',
    });
    expect(readinessWords({ ready: false, checks: [...checks, check('disk', false)] }, false)).toEqual({
      tone: 'bad',
      text: 'Not ready: disk',
    });
  });

  test('A report that says not ready without naming anything is still not ready.', () => {
    expect(readinessWords({ ready: false, version: '1', checks: [] }, false).text).toBe('Not ready');
  });

  test('Silence and waiting are told apart from an answer.', () => {
    expect(readinessWords(undefined, true).text).toBe('The hub does not answer');
    expect(readinessWords(undefined, false).tone).toBe('quiet');
    expect(readinessWords({ ready: true, version: '1', checks: [] }, false).tone).toBe('good');
  });
});

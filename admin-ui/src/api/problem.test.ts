import { describe, expect, test } from '@jest/globals';
import { ProblemError, isSignedOut, mayRetry, problemFrom, unreachable, wantsProof } from './problem.ts';

const document = {
  type: 'about:blank',
  title: 'Held',
  status: 423,
  detail: 'The recording is held under matter 12.',
  code: 'held',
  field: '/reason',
  traceId: 'abc',
};

describe('problem', () => {
  test('A problem document keeps its detail, code, field and trace.', () => {
    const problem = problemFrom(423, document);
    expect(problem).toBeInstanceOf(ProblemError);
    expect(problem.message).toBe(document.detail);
    expect(problem).toMatchObject({ status: 423, code: 'held', field: '/reason', traceId: 'abc' });
  });

  test.each([[undefined], [null], ['<html>'], [{ title: 'x' }], [{ title: 1, detail: 2, code: 3 }]])(
    'An answer without a problem document (%p) is still explained in words.',
    (body) => {
      const problem = problemFrom(502, body);
      expect(problem.code).toBe('unreadable');
      expect(problem.title).toContain('502');
      expect(problem.message).not.toBe('');
    },
  );

  test('Only failures that pass by themselves are retried.', () => {
    expect(mayRetry(unreachable())).toBe(true);
    expect(mayRetry(problemFrom(503, undefined))).toBe(true);
    expect(mayRetry(problemFrom(500, { ...document, code: 'integrity_failed' }))).toBe(false);
    expect(mayRetry(problemFrom(403, document))).toBe(false);
    expect(mayRetry(new Error('bug'))).toBe(false);
  });

  test('A 401 that asks for a fresh proof is no end of the session.', () => {
    const asked = problemFrom(401, { ...document, code: 'step_up_required' });
    expect([isSignedOut(asked), wantsProof(asked)]).toEqual([false, true]);
    expect(wantsProof(problemFrom(401, undefined))).toBe(false);
  });

  test('A 401 means signed out, whatever its body.', () => {
    expect(isSignedOut(problemFrom(401, undefined))).toBe(true);
    expect(isSignedOut(problemFrom(403, document))).toBe(false);
  });
});

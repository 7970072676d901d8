import { describe, expect, it } from '@jest/globals';
import { HoldfastError } from '../errors.ts';
import { refused } from './refused.ts';
import { CHECKS, Report } from './report.ts';

const passed = <T>(value: T) => ({ statement: 'It holds.', value });

describe('a report', () => {
  it('gives on what a check has found, and leaves out what needs the finding of a failed one', async () => {
    const report = new Report();
    const one = await report.check('container', [], () => passed(1));
    const two = await report.check<[number], number>('manifest', [one], (found) =>
      Promise.resolve(passed(found + 1)),
    );
    const none = await report.check<[number], number>('files', [two], () => {
      throw refused('It is broken.');
    });
    let made = false;
    const later = await report.check<[number, number], number>('trust', [one, none], () => {
      made = true;
      return passed(0);
    });
    expect([one, two, none, later, made]).toEqual([1, 2, undefined, undefined, false]);
    expect(report.results).toEqual([
      { check: 'container', title: CHECKS.container, result: 'passed', statement: 'It holds.' },
      { check: 'manifest', title: CHECKS.manifest, result: 'passed', statement: 'It holds.' },
      { check: 'files', title: CHECKS.files, result: 'failed', statement: 'It is broken.' },
      {
        check: 'trust',
        title: CHECKS.trust,
        result: 'not checked',
        statement: 'Not checked, because an earlier check failed.',
      },
    ]);
    expect(report.first?.check).toBe('files');
  });

  it('tells what was shown from what was only not wrong', async () => {
    const report = new Report();
    await report.check('witnesses', [], () => ({
      ...passed(1),
      shown: false,
      notProven: ['That.', 'When.'],
    }));
    await report.check('chains', [], () => ({ ...passed(1), notProven: ['More.'] }));
    expect(report.results.map(({ result }) => result)).toEqual(['not proven', 'passed']);
    expect(report.notProven).toEqual(['That.', 'When.', 'More.']);
    expect(report.first).toBeUndefined();
  });

  it('takes nothing but a refusal for one', async () => {
    const report = new Report();
    for (const error of [new TypeError('a defect'), new HoldfastError('unavailable', 'The disk is gone.')]) {
      const failing = report.check('container', [], () => {
        throw error;
      });
      await expect(failing).rejects.toBe(error);
    }
    expect(report.results).toEqual([]);
  });
});

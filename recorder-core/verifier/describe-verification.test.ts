import { describe, expect, it } from '@jest/globals';
import { describeVerification } from './describe-verification.ts';
import type { Verification } from './verify-bundle.ts';

const bundle = {
  id: 'b-1',
  origin: 'holdfast/tenant/t',
  createdAt: '2026-11-26T10:00:00.000Z',
  purpose: 'litigation',
  matter: 'Doe v. Roe',
  recipient: { name: 'N', watermark: 'W' },
  software: 'holdfast 0.1.0',
  ledgerSize: 7,
  recordings: 2,
  files: 1,
};

const verified: Verification = {
  format: 'holdfast-verification/1',
  verdict: 'verified',
  first: null,
  checks: [
    { check: 'container', title: '', result: 'passed', statement: 'All is well.' },
    { check: 'witnesses', title: '', result: 'not proven', statement: `${'word '.repeat(30)}end.` },
  ],
  notProven: [`That ${'nobody '.repeat(20)}knows.`, 'When it was.'],
  bundle,
  trust: 'ab12',
};

describe('a report for people', () => {
  it('says what was verified, line by line', () => {
    expect(describeVerification(verified, 'x.zip')).toBe(
      `VERIFIED: x.zip

  Bundle       b-1, made at 2026-11-26T10:00:00.000Z by "holdfast 0.1.0"
  Log          holdfast/tenant/t, 7 entries
  Contents     2 recordings, 1 file
  Made for     "N", watermark "W"
  Purpose      "litigation", matter "Doe v. Roe"

✓ The file is whole and in its one permitted form
    All is well.
○ Independent witnesses saw the same log
    word word word word word word word word word word word word word word word word word word word
    word word word word word word word word word word word end.

Not proven by this bundle:
  - That nobody nobody nobody nobody nobody nobody nobody nobody nobody nobody nobody nobody nobody
    nobody nobody nobody nobody nobody nobody nobody knows.
  - When it was.

All of this rests on your trust file, whose fingerprint is
  ab12
Compare it by another way (by telephone, on paper) with whoever gave you the file.
`,
    );
  });

  it('says what is wrong first, and nothing that was not proven', () => {
    const refused: Verification = {
      ...verified,
      verdict: 'refused',
      first: 'container',
      checks: [
        { check: 'container', title: '', result: 'failed', statement: 'It is broken.' },
        { check: 'manifest', title: '', result: 'not checked', statement: 'Not checked.' },
      ],
      bundle: null,
    };
    expect(describeVerification(refused, 'x.zip')).toBe(
      `REFUSED: x.zip

The first thing that is wrong:
  It is broken.

✗ The file is whole and in its one permitted form
    It is broken.
· The list of contents is readable and agrees with itself

All of this rests on your trust file, whose fingerprint is
  ab12
Compare it by another way (by telephone, on paper) with whoever gave you the file.
`,
    );
  });

  it('keeps a word that is longer than a line', () => {
    const long = 'x'.repeat(150);
    const checks = [
      { check: 'container', title: '', result: 'passed', statement: `${long} ${long}` } as const,
    ];
    const plain = { ...verified, checks, notProven: [], bundle: { ...bundle, matter: null } };
    const lines = describeVerification(plain, 'x').split('\n');
    expect(lines.filter((line) => line === `    ${long}`)).toHaveLength(2);
    expect(lines).toContain('  Purpose      "litigation"');
    expect(lines.join()).not.toContain('Not proven');
  });
});

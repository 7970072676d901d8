import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { formatReportFile, reportDigest, signReport, verifyReportFile } from './report-note.ts';
import { noteSigner, verifierKeyText } from './signed-note.ts';
import type { TrustFile } from './trust-file.ts';

const origin = 'holdfast/tenant/1';
const { privateKey } = generateKeyPairSync('ed25519');
const pdf = Buffer.from('%PDF');
const report = {
  id: 'r-1',
  madeAt: '2026-11-26T10:00:00.000Z',
  log: origin,
  sections: [{ name: 'media', state: 'passed' }],
};
const seal = {
  origin,
  reportId: 'r-1',
  madeAt: report.madeAt,
  jsonSha256: reportDigest(report),
  pdfSha256: '4bd05a2ddb9ef1bf0d3b0f3e28c8db4a1a06a04f4c7a6eb4ef4e1d1a5fe9a8f5',
};
const sealed = (change: Partial<typeof seal> = {}) => {
  const whole = { ...seal, ...change };
  return signReport(whole, noteSigner(origin, privateKey));
};
const trust = (until: string | null = null): TrustFile => ({
  format: 'holdfast-trust/1',
  logs: [
    { origin, keys: [{ key: verifierKeyText(origin, privateKey), from: '2026-01-01T00:00:00.000Z', until }] },
  ],
  witnesses: { quorum: 0, keys: [] },
  timestamps: { required: false, authorities: [] },
});

describe('a report file', () => {
  test('is verified with the trust file alone, however it is spaced', () => {
    const file = formatReportFile(report, sealed());
    expect(verifyReportFile(file, trust()).seal).toEqual(seal);
    const spaced = Buffer.from(JSON.stringify(JSON.parse(file.toString()), null, 2));
    expect(verifyReportFile(spaced, trust()).report).toEqual(report);
  });

  test.each([
    [
      'a changed word',
      () => formatReportFile({ ...report, sections: [{ name: 'media', state: 'findings' }] }, sealed()),
    ],
    [
      'another report of the same key',
      () =>
        formatReportFile(
          { ...report, id: 'r-2' },
          sealed({ jsonSha256: reportDigest({ ...report, id: 'r-2' }) }),
        ),
    ],
    [
      'a signature of nobody',
      () =>
        formatReportFile(
          report,
          // The last whole group of the signature; the last digit alone need not be a letter, nor count.
          sealed().replace(/.{4}(?==*\n$)/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')),
        ),
    ],
  ])('with %s is refused', (_name, file) => {
    expect(() => verifyReportFile(file(), trust())).toThrow(/refused/);
  });

  test('signed by a key whose time was over, or with another PDF, is refused', () => {
    const file = formatReportFile(report, sealed());
    expect(() => verifyReportFile(file, trust('2026-06-01T00:00:00.000Z'))).toThrow(
      'not valid when it was made',
    );
    expect(() => verifyReportFile(file, trust(), pdf)).toThrow('the PDF is not the one');
  });

  test('with a field beside what is signed is none', () => {
    const file = JSON.parse(formatReportFile(report, sealed()).toString()) as object;
    expect(() =>
      verifyReportFile(Buffer.from(JSON.stringify({ ...file, remark: 'all is well' })), trust()),
    ).toThrow('not signed');
  });
});

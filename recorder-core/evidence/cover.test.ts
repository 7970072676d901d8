import { describe, expect, test } from '@jest/globals';
import type { BundleRow } from './bundle-row.ts';
import { coverPdf, type CoverContent } from './cover.ts';

function content(rows: number, recipient = 'Erika Expert'): CoverContent {
  const row: BundleRow = {
    id: '01a21770-b633-71bf-b038-e24f5d9fae64',
    state: 'retained',
    startedAt: '2026-11-26T09:00:00.000Z',
    endedAt: '2026-11-26T09:01:00.000Z',
    durationMs: 60_000,
    parties: ['Ágnes', 'Дмитрий', 'مرحبا', '王小明', 'a\nb'],
    custodian: 'node',
    holds: ['h'],
    matters: ['M-1'],
    sound: { path: 'a', sha256: 'ab'.repeat(32) },
    stored: null,
    parts: 2,
    destroyed: 1,
  };
  return {
    order: {
      id: '019ad0c0-1111-7000-8000-000000000000',
      tenantId: 't',
      recordingIds: [],
      purpose: 'Answer',
      matter: null,
      recipient: { name: recipient, watermark: 'hf-1' },
      requestedBy: { id: 'u', name: 'Olga' },
      approvedBy: null,
      at: new Date('2026-11-26T10:00:00Z'),
    },
    software: 'holdfast test',
    origin: 'holdfast/tenant/t',
    head: { size: 1, root: Buffer.alloc(32), note: '', timestamp: null },
    rows: Array(rows).fill(row) as BundleRow[],
    files: [],
  };
}

const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

describe('the cover', () => {
  test('is the same to the byte for the same bundle, and another for another recipient', async () => {
    const pdf = await coverPdf(content(3));
    expect(pdf.toString('latin1', 0, 5)).toBe('%PDF-');
    expect(await coverPdf(content(3))).toEqual(pdf);
    expect(await coverPdf(content(3, 'Otto Other'))).not.toEqual(pdf);
  });

  test('goes on for as many pages as the recordings need, up to a thousand of them', async () => {
    const few = pagesOf(await coverPdf(content(1)));
    const thousand = pagesOf(await coverPdf(content(1000)));
    expect(few).toBeLessThanOrEqual(2);
    expect(thousand).toBeGreaterThan(60);
    expect(pagesOf(await coverPdf(content(2000)))).toBe(thousand);
  });

  test('has room for a recipient whose name has no end', async () => {
    expect(pagesOf(await coverPdf(content(1, 'Rechtsanwältin '.repeat(40))))).toBeLessThanOrEqual(2);
  });
});

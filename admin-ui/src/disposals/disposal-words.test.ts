import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certificateFacts, residualInWords } from './disposal-words.ts';

test('a certificate is told from its evidence', () => {
  const evidence = {
    mechanism: 'Cryptographic erase',
    parts: [{ id: 'a' }, { id: 'b' }],
    objectsLeft: 0,
    connections: [
      { connectionId: 'c', outcome: 'done', detail: null, answeredAt: '2026-11-26', beforeTheKeys: true },
    ],
    residualCopies: [{ what: 'database-backups', until: '2026-12-26', remark: 'They expire.' }],
  };
  expect(certificateFacts({ evidence })).toEqual({
    mechanism: 'Cryptographic erase',
    parts: 2,
    objectsLeft: 0,
    answers: [
      { connectionId: 'c', outcome: 'done', detail: null, answeredAt: '2026-11-26', beforeTheKeys: true },
    ],
    residuals: [{ what: 'database-backups', until: '2026-12-26', remark: 'They expire.' }],
  });
});

test('evidence of whatever form is read without a fault', () => {
  const evidence = fc.dictionary(
    fc.constantFrom('mechanism', 'parts', 'objectsLeft', 'connections', 'residualCopies', 'more'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(evidence, (made) => {
      const { parts, answers, residuals } = certificateFacts({ evidence: made });
      expect(parts).toBeGreaterThanOrEqual(0);
      expect([...answers, ...residuals].every((one) => typeof one === 'object')).toBe(true);
    }),
  );
});

test('a copy that is not known by name is told by its code', () => {
  expect([residualInWords('key-archive'), residualInWords('paper-copy')]).toEqual([
    'Archive of keys',
    'Paper copy',
  ]);
});

import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import type { Receipt } from '../../recorder-core/records/receipts.ts';
import { receiptDigest } from './store-receipt.ts';

const text = fc.string({ unit: 'grapheme' });
const maybe = fc.option(text);
const receipts: fc.Arbitrary<Receipt> = fc.record({
  id: fc.uuid(),
  connectionId: fc.uuid(),
  operation: text,
  subject: fc.record({ type: fc.constantFrom('recording', 'incident', 'notice'), id: fc.uuid() }),
  outcome: fc.constantFrom('done', 'rejected', 'unknown'),
  remoteId: maybe,
  remoteVersion: maybe,
  detail: maybe,
  contentSha256: maybe,
  contentSalt: maybe,
  at: text,
});

test('the digest of a receipt is over all that it says but its salt, and no digest of content that there is not', () => {
  fc.assert(
    fc.property(receipts, (receipt) => {
      const said = Object.entries(receipt).filter(
        ([name, value]) => name !== 'contentSalt' && !(name === 'contentSha256' && value === null),
      );
      const canonical = canonicalJson(Object.fromEntries(said) as JsonValue);
      expect(receiptDigest(receipt)).toBe(createHash('sha256').update(canonical).digest('hex'));
    }),
  );
});

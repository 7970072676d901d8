import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { canonicalJson } from '../../../recorder-core/ledger/canonical-json.ts';

/** For as long as a record is on its way. */
const texts = new WeakMap<OutboundRecord, string>();

/**
 * The canonical JSON of a record, made once: batches are cut by how long it is, which is as long as any JSON of the record, and
 * its key is a digest of it. Nobody changes a record that was made. @throws HoldfastError as `canonicalJson`.
 */
export function recordText(record: OutboundRecord): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = canonicalJson(record);
  texts.set(record, text);
  return text;
}

import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { recordText } from './record-text.ts';

/** Cuts records into batches within the limits an operation declares; order is kept and no record is left out. */
export function splitBatches<T extends { readonly record: OutboundRecord }>(
  items: readonly T[],
  limit: { readonly maxRecords: number; readonly maxBytes: number },
): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item.record);
    // A record larger than the limit goes alone; refusing it is the remote side's right.
    if (batch.length > 0 && (batch.length >= limit.maxRecords || bytes + size > limit.maxBytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function bytesOf(record: OutboundRecord): number {
  try {
    return Buffer.byteLength(recordText(record));
  } catch {
    return Buffer.byteLength(JSON.stringify(record)); // it has no canonical form: its plan fails, and tells
  }
}

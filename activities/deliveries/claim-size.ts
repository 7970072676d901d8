import type { DeliveryLimits } from './send-batch.ts';

/** How the last batch of a lane went. */
export interface BatchPace {
  readonly records: number;
  /** For which it was made and sent. */
  readonly ms: number;
}

/** What one claim takes is sent within this long, where one request is. */
const AIM_MS = 2000;

/**
 * How many records the next claim of a lane takes: what it sends in two seconds if that goes as the last batch did, in whole
 * requests; one request where none was sent yet. So no lane is idle for long at the end of a queue while another has much in
 * hand, however slow the other side is, and where it is fast many records share what a claim and a settlement cost. Pure.
 */
export function claimSize(
  { request, batch }: Pick<DeliveryLimits, 'request' | 'batch'>,
  last: BatchPace | undefined,
): number {
  const inTime = last === undefined ? 0 : (last.records * AIM_MS) / Math.max(1, last.ms);
  return Math.min(batch, Math.max(1, Math.floor(inTime / request)) * request);
}

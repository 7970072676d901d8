import { z } from 'zod';
import { callSample, collectionPath, type SampleContext } from './client.ts';

/** One write of a batch. It takes effect only where Sample still holds `ifVersion` (0: nothing). */
export interface BatchItem {
  readonly id: string;
  readonly ifVersion: number;
  /** Null deletes. */
  readonly document: Readonly<Record<string, unknown>> | null;
  /** Of the recording; kept with what is deleted. */
  readonly revision: number;
}

/** What Sample answered to one write. */
const batchResult = z.object({
  id: z.string(),
  status: z.int(),
  version: z.int().optional(),
  code: z.string().optional(),
});
export type BatchResult = z.infer<typeof batchResult>;

/** Sends the writes in one call; undefined for each that Sample did not answer for. */
export async function writeBatch(
  ctx: SampleContext,
  items: readonly BatchItem[],
): Promise<(BatchResult | undefined)[]> {
  const answer = await callSample(ctx, {
    method: 'POST',
    path: collectionPath(ctx, 'batch'),
    effect: 'write',
    body: { items },
  });
  const parsed = z.array(batchResult).safeParse(answer['items']);
  const byId = new Map((parsed.data ?? []).map((one) => [one.id, one]));
  return items.map(({ id }) => byId.get(id));
}

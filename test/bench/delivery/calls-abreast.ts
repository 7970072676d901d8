import type { RecordingDocument } from '../../../connectors/kit/record.ts';

/** How a connector's calls are cut, and how many of them the hub has under way; the baseline's are the same. */
export interface BaselineCalls {
  /** Records of one call. */
  readonly batch: number;
  /** Calls at once. */
  readonly width: number;
}

/** Has all records sent in calls of that size, so many of them abreast. Rejects with the first failure. */
export async function callsAbreast(
  records: readonly RecordingDocument[],
  { batch, width }: BaselineCalls,
  call: (piece: readonly RecordingDocument[]) => Promise<void>,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil(records.length / batch) }, (_none, index) => index * batch);
  const work = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift())
      await call(records.slice(start, start + batch));
  };
  await Promise.all(Array.from({ length: width }, work));
}

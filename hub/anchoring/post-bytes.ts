/** What an outside service answered. */
export interface OutsideAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Neither a list of cosignatures nor a time-stamp token comes near it. */
const MOST_BYTES = 100_000;
const LIMIT_MS = 5_000;

/**
 * Sends bytes to a configured address and reads the answer: within 5 s in all, at most 100 kB, no redirect followed.
 * @throws TypeError or DOMException, as fetch does, when there is no answer; RangeError for one that is too long.
 */
export async function postBytes(
  url: string,
  type: string,
  body: Buffer | string,
  signal?: AbortSignal,
): Promise<OutsideAnswer> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body,
    redirect: 'manual',
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new RangeError('The answer is longer than any such answer can be.');
    chunks.push(chunk);
  }
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Buffer.concat(chunks),
  };
}

/** Bytes of an upload, cut to size. `last` marks the final one, which may be shorter, or empty for an empty body. */
export interface UploadPart {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Cuts a body into parts of `partBytes`; holds one part in memory and reads on only when it is taken. */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<UploadPart, void, undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    let rest = piece;
    // A part that is exactly full waits: it may turn out to be the last.
    while (size + rest.length > partBytes) {
      const taken = rest.subarray(0, partBytes - size);
      yield { bytes: Buffer.concat([...pieces, taken]), last: false };
      rest = rest.subarray(taken.length);
      pieces = [];
      size = 0;
    }
    if (rest.length === 0) continue;
    pieces.push(rest);
    size += rest.length;
  }
  yield { bytes: Buffer.concat(pieces), last: true };
}

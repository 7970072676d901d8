/** Content of entries: whole where it is small by the format, by lines where it may be long. */
import { refused } from '../refused.ts';
import type { Container, Entry } from './zip-reader.ts';

/** The bytes of an entry of at most `most` bytes. @throws integrity_failed. */
export async function readWhole(container: Container, entry: Entry, most: number): Promise<Buffer> {
  if (entry.size > most) throw refused(`${entry.path} is larger than the format permits.`);
  const pieces: Buffer[] = [];
  for await (const piece of container.read(entry)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The lines of an entry without their newlines, each at most `most` bytes long. @throws integrity_failed. */
export async function* readLines(container: Container, entry: Entry, most: number): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const requireShort = (bytes: number): void => {
    if (bytes > most) throw refused(`A line of ${entry.path} is longer than the format permits.`);
  };
  for await (const piece of container.read(entry)) {
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      requireShort(pendingBytes + end - from);
      yield Buffer.concat([...pending, piece.subarray(from, end)]);
      [pending, pendingBytes, from] = [[], 0, end + 1];
    }
    if (from === piece.length) continue;
    pending.push(piece.subarray(from));
    pendingBytes += piece.length - from;
    requireShort(pendingBytes);
  }
  if (pendingBytes > 0) throw refused(`${entry.path} ends within a line: something was cut off.`);
}

/** The whole container read once from front to back, and every entry digested on the way. */
import { createHash } from 'node:crypto';
import type { ByteSource } from '../container/byte-source.ts';
import type { Container, Entry } from '../container/zip-reader.ts';
import { openContainer } from '../container/zip-reader.ts';
import type { Passed } from '../report.ts';

/** What an entry turned out to be. */
export interface Digested {
  readonly entry: Entry;
  readonly sha256: string;
  readonly sha512: string;
}

/** A container of which every byte was read. */
export interface ReadContainer {
  readonly container: Container;
  /** By path, in the order of the container. */
  readonly digests: ReadonlyMap<string, Digested>;
}

/** @throws integrity_failed naming the entry and the reason. */
export async function checkContainer(source: ByteSource): Promise<Passed<ReadContainer>> {
  const container = await openContainer(source);
  const digests = new Map<string, Digested>();
  for (const entry of container.entries) {
    const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
    for await (const piece of container.read(entry)) {
      sha256.update(piece);
      sha512.update(piece);
    }
    digests.set(entry.path, { entry, sha256: sha256.digest('hex'), sha512: sha512.digest('hex') });
  }
  return {
    statement: `The bundle is a sound container of ${digests.size} files in ${source.size} bytes.`,
    value: { container, digests },
  };
}

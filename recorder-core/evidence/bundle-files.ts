import { createHash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { ZipWriter } from './zip-writer.ts';

/** What a file of a bundle is for, as the manifest says. */
export type FileRole =
  'part' | 'playable' | 'metadata' | 'custody' | 'vcon' | 'load' | 'ledger' | 'reader' | 'manifest' | 'seal';

/** A file that was written, as the manifest lists it. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha512: string;
  readonly role: FileRole;
}

/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly role: FileRole;
  /** The most that the content can have; text of a bounded size may leave it out. */
  readonly expected?: number;
  readonly content: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Writes files one after the other into the container and digests each on its way. */
export class BundleFiles {
  readonly #zip: ZipWriter;
  readonly #written: BundleFile[] = [];

  constructor(at: Date) {
    this.#zip = new ZipWriter(at);
  }

  /** What was written so far, in order. */
  get written(): readonly BundleFile[] {
    return this.#written;
  }

  get bytes(): number {
    return this.#zip.bytes;
  }

  /** Yields the bytes of one entry and answers what it was. Fails as the content does, and as `ZipWriter`. */
  async *add({ path, role, expected = 0, content }: NewFile): AsyncGenerator<Buffer, BundleFile, undefined> {
    const digests = [createHash('sha256'), createHash('sha512')] as const;
    let bytes = 0;
    yield this.#zip.open(path, expected);
    for await (const piece of content) {
      this.#zip.take(piece);
      for (const digest of digests) digest.update(piece);
      bytes += piece.length;
      if (piece.length > 0) yield piece;
    }
    yield this.#zip.close();
    const [sha256, sha512] = digests.map((digest) => digest.digest('hex')) as [string, string];
    const file = { path, bytes, sha256, sha512, role };
    this.#written.push(file);
    return file;
  }

  /** The end of the container. */
  finish(): Generator<Buffer, void, undefined> {
    return this.#zip.finish();
  }
}

/** Refuses a bundle that would not be what it says. */
export function damaged(reason: string, detail?: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The bundle was not made: ${reason}. Nothing of it may be used; restore what is damaged from a copy and export again.`,
    detail === undefined ? {} : { detail },
  );
}

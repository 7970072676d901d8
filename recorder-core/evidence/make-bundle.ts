import { HoldfastError } from '../errors.ts';
import type { BundleAccess, BundleOrder, SealedBundle } from './bundle-order.ts';
import { writeBundle } from './write-bundle.ts';

export type {
  BundleCheckpoint,
  BundleAccess,
  BundleOrder,
  BundlePerson,
  SealedBundle,
} from './bundle-order.ts';

/** A bundle in the making. */
export interface MadeBundle {
  /** The ZIP, in pieces as they are made; to be read once. Nothing is made ahead of the reader. */
  readonly bytes: AsyncIterable<Buffer>;
  /** Settles when the last byte was taken; never, where none was asked for. */
  readonly sealed: Promise<SealedBundle>;
}

/**
 * Makes the bundle of docs/evidence-bundle.md as its bytes are read: decrypts and verifies every part on its way, renders,
 * proves, and seals by a leaf `export.sealed`; nothing in the clear touches a disk, and memory does not grow with the media.
 * Each recording's log says `recording.exported` before its first byte is read. Any failure ends the bytes with the error and
 * rejects `sealed` with the same: there is no short bundle. A reader who stops early gets `sealed` rejected as `gone`.
 * @throws through both: HoldfastError `not_found` (no such recording), `conflict` (still in the spool), `gone` (key destroyed
 * meanwhile), `integrity_failed` (a part is not what was captured), `key_unavailable`, `too_large` (more files than the format
 * allows), and what store and database say.
 */
export function makeBundle(access: BundleAccess, order: BundleOrder): MadeBundle {
  const { promise: sealed, resolve, reject } = Promise.withResolvers<SealedBundle>();
  // Whoever reads the bytes hears of a failure there; a promise that nobody asked must not end the process.
  sealed.catch(() => undefined);
  async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
    try {
      resolve(yield* writeBundle(access, order));
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      reject(
        new HoldfastError('gone', 'The bundle was not read to its end, so there is none. Export again.'),
      );
    }
  }
  return { bytes: bytes(), sealed };
}

import type { KeyProvider } from '../../vault/key-provider.ts';
import type { SpoolManifest } from '../spool-manifest.ts';
import { CallableThread } from '../thread-calls.ts';
import { openKek, readIntactManifest, sealRecording, type SealedRecording } from './seal-recording.ts';

const FILE = new URL('./seal-thread.ts', import.meta.url);

/** Makes a recording of a folder of the spool, as `sealRecording` says. */
export interface Sealer {
  seal(folder: string): Promise<SealedRecording | undefined>;
  stop(): Promise<void>;
}

/** Seals in the thread of its caller: for tests, and for tools that do nothing else. */
export function openLocalSealer(keys: KeyProvider): Sealer {
  return { seal: (folder) => sealRecording(folder, keys), stop: () => Promise.resolve() };
}

/**
 * Seals in a thread of its own: decrypting and digesting whole recordings must not delay the answers to callers. Keys are
 * unwrapped here, so that the thread never sees the root. A thread that dies fails the folder in hand, and the next one
 * gets a new thread.
 */
export function openThreadedSealer(keys: KeyProvider): Sealer {
  let thread: CallableThread | undefined;
  const start = (): CallableThread =>
    new CallableThread(FILE, undefined, {
      news: () => undefined,
      died: () => {
        thread = undefined;
      },
    });
  return {
    async seal(folder) {
      const manifest: SpoolManifest | undefined = await readIntactManifest(folder);
      if (manifest === undefined) return undefined;
      const kek = await openKek(manifest, keys);
      thread ??= start();
      return thread.ask<SealedRecording | undefined>('seal', folder, kek);
    },
    stop: async () => thread?.stop(),
  };
}

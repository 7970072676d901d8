/** The thread that seals: one folder after the other, each with the key that opens it. */
import { answerCalls } from '../thread-calls.ts';
import { readIntactManifest, sealFolder } from './seal-recording.ts';

answerCalls({
  async seal(folder: string, kek: Uint8Array) {
    const manifest = await readIntactManifest(folder);
    return manifest && sealFolder(folder, manifest, Buffer.from(kek));
  },
});

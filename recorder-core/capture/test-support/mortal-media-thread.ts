/** A media thread that dies at an update which nobody but a test sends. */
import { parentPort } from 'node:worker_threads';
import '../streams/media-thread.ts';
import type { StreamUpdate } from '../streams/media-engine.ts';

const DEADLY: StreamUpdate = { held: true, paused: true, renegotiated: true };

parentPort?.on('message', ({ verb, args }: { verb: string; args: unknown[] }) => {
  if (verb !== 'update' || JSON.stringify(args[2]) !== JSON.stringify(DEADLY)) return;
  setImmediate(() => {
    throw new Error('This thread was told to die.');
  });
});

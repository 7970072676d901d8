import { SealQueue } from '../../../recorder-core/capture/sealing/seal-queue.ts';
import { openThreadedSealer, type Sealer } from '../../../recorder-core/capture/sealing/sealer.ts';
import type { Resources } from '../open-resources.ts';

/** Seals what has ended, in a thread of its own. */
export interface Sealing {
  /** Takes an ended call; the trace is that of the call. */
  add(recordingId: string, trace: Readonly<Record<string, string>>): void;
  /** Finishes what is in hand; the rest stays in the spool for the next start. */
  close(): Promise<void>;
}

/** Opens it, and begins with what an earlier process left in the spool. */
export async function openSealing(resources: Resources): Promise<Sealing> {
  const { keys, log, metrics } = resources;
  const sealer = openThreadedSealer(keys);
  const queue = openSealQueue(resources, sealer);
  const left = await queue.recover();
  metrics.sealingQueue.inc(left);
  if (left > 0)
    log.warn({ recordings: left }, 'sealing recordings that an earlier process left in the spool');
  return {
    add(recordingId, trace) {
      metrics.sealingQueue.inc();
      queue.add(recordingId, trace);
    },
    async close() {
      await queue.close();
      await sealer.stop();
    },
  };
}

function openSealQueue({ db, newId, spool, log, metrics }: Resources, sealer: Sealer): SealQueue {
  return new SealQueue({
    spool,
    db,
    sealer,
    newId,
    now: () => new Date(),
    onSealed: ({ manifest: { recordingId }, facts: { partial, durationMs }, parts }, added) => {
      metrics.sealingQueue.dec();
      metrics.sealed.inc({ kind: partial ? 'recovered' : 'whole' });
      log.info({ recordingId, durationMs, parts: parts.length, partial, added }, 'recording sealed');
    },
    onNothing: (recordingId) => {
      metrics.sealingQueue.dec();
      log.info({ recordingId }, 'a call had broken off before anything was captured');
    },
    onRetry: (recordingId, error, delayMs) => {
      log.error(
        { recordingId, delayMs, error },
        'a recording could not be sealed yet; it stays in the spool',
      );
    },
  });
}

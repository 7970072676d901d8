import type { MediaEngine, MediaListener } from './media-engine.ts';
import { MediaHost } from './media-host.ts';

/** The engine in the thread of its caller: for tests, tools and a recorder without media threads. */
export function openLocalMediaEngine(
  now: () => number,
  listener: Partial<MediaListener> & { onPacket?(verdict: string): void },
): MediaEngine {
  const host = new MediaHost({
    now,
    listener: {
      fault: (recordingId, error) => listener.fault?.(recordingId, error),
      alert: (recordingId, alert) => listener.alert?.(recordingId, alert),
    },
    onPacket: (verdict) => {
      listener.onPacket?.(verdict);
      listener.counted?.({ [verdict]: 1 });
    },
  });
  return {
    open: (spec) => host.open(spec),
    update: (recordingId, streamId, change) => {
      host.update(recordingId, streamId, change);
    },
    close: (recordingId, streamId) => host.close(recordingId, streamId),
    live: (recordingId) => host.live(recordingId),
    stop: () => {
      host.stop();
      return Promise.resolve();
    },
  };
}

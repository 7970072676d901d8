import type { StreamReader } from '../../activities/streams/stream-reader.ts';
import type { ConnectionDependencies } from '../../hub/connections/open-connection.ts';
import { makeStreamReader, type StreamDependencies } from '../../hub/connections/streams/stream-reader.ts';
import { keepReadEvent } from '../../hub/webhooks/keep-read-event.ts';

/** The reader of streams as a worker has it, or a changed one. */
export function testStreamReader(
  deps: ConnectionDependencies,
  newId: (at: Date) => string,
  change: Partial<StreamDependencies> = {},
): StreamReader {
  const now = change.now ?? (() => new Date());
  return makeStreamReader({
    ...deps,
    now,
    keepEvent: (tx, { tenantId, ...from }, event) =>
      keepReadEvent(tx, { tenantId, newId }, { ...from, now: now() }, event),
    ...change,
  });
}

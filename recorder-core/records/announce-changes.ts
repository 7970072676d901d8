import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/** One message is about at most so many recordings; one run tells of them, and a run has bounds. */
export const TOLD_AT_ONCE = 500;

/**
 * Has the object store and the connected systems told that these recordings have changed, once the transaction is committed:
 * a message for hundreds of them, where `recording.changed` is one each.
 */
export async function announceChanges(
  tx: Tx,
  {
    tenantId,
    now,
    newId,
  }: { readonly tenantId: string; readonly now: Date; readonly newId: (at: Date) => string },
  recordingIds: readonly string[],
): Promise<void> {
  const pages = Array.from({ length: Math.ceil(recordingIds.length / TOLD_AT_ONCE) }, (_, page) =>
    recordingIds.slice(page * TOLD_AT_ONCE, (page + 1) * TOLD_AT_ONCE),
  );
  if (pages.length === 0) return;
  await insertOutbox(
    tx,
    ...pages.map((page) => ({
      tenantId,
      id: newId(now),
      topic: 'recordings.changed' as const,
      payload: { recordingIds: page },
      trace: {},
    })),
  );
}

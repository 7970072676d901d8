import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/**
 * Has every cut of the tenant that waits looked at again, because something that kept spans has ended. One that is still kept goes
 * on waiting; few wait, so nobody works out which of them it was.
 */
export async function announceWaitingCuts(
  tx: Tx,
  {
    newId,
    trace = {},
  }: { readonly newId: (at: Date) => string; readonly trace?: Readonly<Record<string, string>> },
  { tenantId, now }: { readonly tenantId: string; readonly now: Date },
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from recording_cut where state = 'waiting' order by id",
  );
  if (rows.length === 0) return;
  await insertOutbox(
    tx,
    ...rows.map(({ id: cutId }) => ({
      tenantId,
      id: newId(now),
      topic: 'cut.changed' as const,
      payload: { cutId },
      trace,
    })),
  );
}

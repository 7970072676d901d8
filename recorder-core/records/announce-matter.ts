import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/** Says to the run of a matter that its rows have changed, and starts one where there is none. */
export async function announceMatter(
  tx: Tx,
  {
    newId,
    trace = {},
  }: { readonly newId: (at: Date) => string; readonly trace?: Readonly<Record<string, string>> },
  { tenantId, matterId, now }: { readonly tenantId: string; readonly matterId: string; readonly now: Date },
): Promise<void> {
  await insertOutbox(tx, { tenantId, id: newId(now), topic: 'matter.changed', payload: { matterId }, trace });
}

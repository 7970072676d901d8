import type { Tx } from './database.ts';

/** True when the log has a leaf of this act about the object, sequenced or not: for acts that leave nothing else behind. */
export async function hasLeaf(
  tx: Tx,
  object: { readonly type: string; readonly id: string },
  act: string,
): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(
    `select exists (select from ledger_pending where object_id = $1 and object_type = $2 and act = $3)
         or exists (select from ledger_leaf where object_id = $1 and object_type = $2 and act = $3) as found`,
    [object.id, object.type, act],
  );
  return rows[0]?.found === true;
}

import type { Tx } from './database.ts';

/** Says in this transaction who changes something, for what the database keeps by itself of former configuration. */
export async function namePerson(tx: Tx, userId: string): Promise<void> {
  await tx.query("select set_config('holdfast.person_id', $1, true)", [userId]);
}

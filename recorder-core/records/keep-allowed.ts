import type { Tx } from './database.ts';
import { writeFormula, type RecordingsAllowed } from './write-formula.ts';

/** Those of these recordings that somebody may see, in the order given. */
export async function keepAllowed(
  tx: Tx,
  ids: readonly string[],
  allowed: RecordingsAllowed,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const values: unknown[] = [ids];
  const { rows } = await tx.query<{ id: string }>(
    `select r.id from recording r where r.id = any ($1) and ${writeFormula(allowed, values)}`,
    values,
  );
  const kept = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => kept.has(id));
}

import type { TombstoneJournal } from '../vault/tombstone-journal.ts';
import type { Database, Tx } from './database.ts';
import type { KeyArchive } from './key-archive.ts';
import { countUnderRoots, readPeriod } from './key-periods.ts';
import { unknownTombstones } from './tombstones.ts';

/** What the stores outside know and a tenant's database does not: it was restored from a backup older than that. */
export interface Missing {
  /** Places in the journal, oldest first. */
  readonly tombstones: readonly { readonly id: string; readonly month: string }[];
  /** Ids of periods of keys that were closed since, oldest first. */
  readonly periods: readonly string[];
}

/** Whether anything is missing. Pure. */
export function isRestored({ tombstones, periods }: Missing): boolean {
  return tombstones.length > 0 || periods.length > 0;
}

/**
 * Compares a tenant's database with the journal of tombstones and the archive of keys. What a restored database lacks is
 * the newest, so months are read backwards until one is known as a whole; `all` reads every month.
 */
export async function findMissing(
  db: Database,
  { journal, archive }: { readonly journal: TombstoneJournal; readonly archive: KeyArchive },
  tenantId: string,
  { now, all = false }: { readonly now: Date; readonly all?: boolean },
): Promise<Missing> {
  const tombstones: { id: string; month: string }[] = [];
  const since = await db.forTenant(tenantId, readSince);
  for (let month = monthOf(now); month >= since; month = monthBefore(month)) {
    const entries = await journal.list(tenantId, month);
    if (entries.length === 0) continue;
    const ids = entries.map(({ id }) => id);
    const unknown = await db.forTenant(tenantId, (tx) => unknownTombstones(tx, ids));
    tombstones.push(...entries.filter(({ id }) => unknown.has(id)));
    if (unknown.size === 0 && !all) break;
  }
  tombstones.sort((a, b) => (a.id < b.id ? -1 : 1));
  const periods: string[] = [];
  for (const id of await archive.list(tenantId)) {
    if (await db.forTenant(tenantId, (tx) => lacksPeriod(tx, id))) periods.push(id);
  }
  return { tombstones, periods };
}

/** The archive of a period is written when nothing is under its old roots any more; so a row that says otherwise is older. */
async function lacksPeriod(tx: Tx, id: string): Promise<boolean> {
  const period = await readPeriod(tx, id);
  if (period === undefined) return true;
  if (period.closedAt !== null) return false;
  return (await countUnderRoots(tx, period.provider, period.oldRoots)).keks > 0;
}

async function readSince(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ since: Date }>('select created_at as since from tenant');
  return monthOf(rows[0]?.since ?? new Date(0));
}

function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

function monthBefore(month: string): string {
  const first = new Date(`${month}-01T00:00:00.000Z`);
  return monthOf(new Date(first.getTime() - 1));
}

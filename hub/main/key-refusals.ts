/** What follows when a root key is refused: a line in the log, a metric, and a leaf in the ledger. */
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyRefusal } from '../../recorder-core/vault/watched-key-provider.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

/** One leaf an hour for each key and kind of refusal; what came between is counted in the next. */
const LEAF_EVERY_MS = 3_600_000;
/** Keys told apart; whoever puts false key ids into the database must not fill the memory. */
const KEYS_AT_MOST = 200;

/** Whose ledger takes the leaves, and where the rest goes. */
export interface RefusalNotes {
  readonly db: Database;
  readonly tenantId: string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'keyRefusals'>;
  readonly now: () => Date;
}

interface Told {
  count: number;
  nextLeafAt: number;
}

/**
 * Notes refusals. An outage refuses a key thousands of times, so the ledger gets the first at once and then one leaf an
 * hour with the number since, from each process. A leaf that could not be written is tried with the next refusal.
 */
export function noteRefusals(notes: RefusalNotes): (refusal: KeyRefusal) => void {
  const told = new Map<string, Told>();
  return (refusal) => {
    notes.metrics.keyRefusals.inc({ code: refusal.code });
    const name = `${refusal.keyId ?? ''}/${refusal.code}`;
    const entry = told.get(name) ?? { count: 0, nextLeafAt: 0 };
    if (!told.has(name) && told.size >= KEYS_AT_MOST) return;
    told.set(name, entry);
    entry.count += 1;
    const at = notes.now();
    if (at.getTime() < entry.nextLeafAt) return;
    entry.nextLeafAt = at.getTime() + LEAF_EVERY_MS;
    void write(notes, refusal, entry, at);
  };
}

async function write(
  { db, tenantId, log }: RefusalNotes,
  { provider, keyId, code, message }: KeyRefusal,
  entry: Told,
  at: Date,
): Promise<void> {
  const times = entry.count;
  entry.count = 0;
  log.error({ provider, keyId, code, times }, message);
  try {
    await db.forTenant(tenantId, (tx) =>
      appendLeaf(tx, tenantId, {
        at,
        act: 'key.refused',
        object: { type: 'root-key', id: keyId ?? provider },
        outcome: 'refused',
        facts: { provider, code, times },
      }),
    );
  } catch (error) {
    entry.count += times;
    entry.nextLeafAt = 0;
    log.error({ error }, 'the refusal of a root key could not be entered in the ledger yet');
  }
}

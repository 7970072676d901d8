import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { clearLedgerAlarms, type LedgerAlarm } from '../../recorder-core/records/ledger-alarms.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  replaceSigningKey,
  type LedgerKeys,
  type SigningKey,
} from '../../recorder-core/records/signing-keys.ts';
import type { User } from '../../recorder-core/records/users.ts';

/** Who acts on the ledger, and why. */
export interface LedgerAsking {
  readonly tenantId: string;
  readonly person: User;
  /** Enters the leaf as a commitment. */
  readonly reason: string;
  readonly now: Date;
}

/**
 * Lets the next signing key take over, and enters that into the ledger with both keys. @throws as replaceSigningKey.
 */
export async function rotateSigningKey(
  tx: Tx,
  keys: LedgerKeys,
  { tenantId, person, reason, now }: LedgerAsking,
): Promise<{ readonly before: SigningKey; readonly after: SigningKey }> {
  const { before, after } = await replaceSigningKey(tx, tenantId, keys, now);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'key.rotated',
      object: { type: 'key', id: after.name },
      outcome: 'done',
      facts: {
        previousKey: before.verifierKey,
        nextKey: after.verifierKey,
        from: after.from.toISOString(),
      },
    },
    { ...actedBy(person), reason },
  );
  return { before, after };
}

/**
 * Clears the alarms that stand, so that the log is signed again, and enters into the ledger which they were. What is
 * still wrong raises them anew at the next question to a witness.
 */
export async function clearAlarms(
  tx: Tx,
  { tenantId, person, reason, now }: LedgerAsking,
): Promise<LedgerAlarm[]> {
  const cleared = await clearLedgerAlarms(tx, now);
  if (cleared.length === 0) return cleared;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'ledger', id: tenantId },
      outcome: 'done',
      facts: { clearedAlarms: cleared.map(({ kind, source, size }) => ({ kind, source, size })) },
    },
    { ...actedBy(person), reason },
  );
  return cleared;
}

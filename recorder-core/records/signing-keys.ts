import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { verifierKeyText } from '../ledger/signed-note.ts';
import { logOrigin } from './log-origin.ts';
import type { Tx } from './database.ts';

/**
 * Gives the private Ed25519 key of a name, `ledger-1`, `ledger-2` and so on: the same one each time, on every
 * process of an installation.
 */
export type LedgerKeys = (name: string) => KeyObject;

/** A key that signs or signed a tenant's checkpoints. */
export interface SigningKey {
  readonly name: string;
  /** The public half, as whoever verifies pins it. */
  readonly verifierKey: string;
  readonly from: Date;
  /** When the next key takes over; null while none does. */
  readonly until: Date | null;
}

const FIRST = 'ledger-1';
const COLUMNS = 'name, verifier_key as "verifierKey", valid_from as "from", valid_until as "until"';

/**
 * All keys of the tenant's log, oldest first. The first one counts from the tenant's beginning, and is entered when
 * it is first asked for.
 */
export async function readSigningKeys(tx: Tx, tenantId: string, keys: LedgerKeys): Promise<SigningKey[]> {
  const known = await queryKeys(tx);
  if (known.length > 0) return known;
  await tx.query(
    `insert into ledger_signing_key (tenant_id, name, verifier_key, valid_from)
     select tenant_id, $2, $3, date_trunc('second', created_at) from tenant where tenant_id = $1 on conflict do nothing`,
    [tenantId, FIRST, verifierKeyText(logOrigin(tenantId), keys(FIRST))],
  );
  return queryKeys(tx);
}

/**
 * The key that signs at `at`, with its private half.
 * @throws key_unavailable where the installation's secrets no longer give the key that is entered: they are those of
 * another installation.
 */
export async function signingKeyAt(
  tx: Tx,
  tenantId: string,
  keys: LedgerKeys,
  at: Date,
): Promise<SigningKey & { readonly privateKey: KeyObject }> {
  const known = await readSigningKeys(tx, tenantId, keys);
  const current = known.findLast(({ from }) => from <= at) ?? known[0];
  if (current === undefined) {
    throw new HoldfastError(
      'integrity_failed',
      'The ledger has no signing key: the table of keys was changed. Restore it from a backup.',
    );
  }
  const privateKey = keys(current.name);
  if (verifierKeyText(logOrigin(tenantId), privateKey) !== current.verifierKey) {
    throw new HoldfastError(
      'key_unavailable',
      `The key ${current.name} of this installation is not the one that signs this ledger. Give this process the master secret under which the ledger was begun.`,
    );
  }
  return { ...current, privateKey };
}

/** The key that the next rotation will make current, so that witnesses can be told beforehand. */
export async function nextSigningKey(
  tx: Tx,
  tenantId: string,
  keys: LedgerKeys,
): Promise<{ readonly name: string; readonly verifierKey: string }> {
  const { length } = await readSigningKeys(tx, tenantId, keys);
  const name = `ledger-${length + 1}`;
  return { name, verifierKey: verifierKeyText(logOrigin(tenantId), keys(name)) };
}

/**
 * Lets the next key take over at the second after `at`, or as soon after as all is over that the old one signed.
 * Cosignatures and many time stamps know seconds only: so none on the old key's work falls into the new one's time,
 * and none on the new one's into the old one's. The caller writes the leaf that says so.
 * @returns the old key, with its end, and the new one.
 * @throws conflict when someone else replaces it at the same time.
 */
export async function replaceSigningKey(
  tx: Tx,
  tenantId: string,
  keys: LedgerKeys,
  at: Date,
): Promise<{ readonly before: SigningKey; readonly after: SigningKey }> {
  const before = (await readSigningKeys(tx, tenantId, keys)).at(-1);
  const { rows } = await tx.query<{ from: Date }>(
    `select date_trunc('second', greatest(
        $1::timestamptz,
        valid_from,
        (select max(signed_at) from ledger_checkpoint),
        (select max(cosigned_at) from ledger_cosignature),
        (select max(stamped_at) from ledger_time_stamp))) + interval '1 second' as "from"
       from ledger_signing_key where name = $2 and valid_until is null for update`,
    [at, before?.name],
  );
  const from = rows[0]?.from;
  if (before === undefined || from === undefined) {
    throw new HoldfastError(
      'conflict',
      'The signing key is being replaced by someone else. Look at the keys before you try again.',
    );
  }
  const { name, verifierKey } = await nextSigningKey(tx, tenantId, keys);
  await tx.query('update ledger_signing_key set valid_until = $2 where name = $1', [before.name, from]);
  await tx.query(
    'insert into ledger_signing_key (tenant_id, name, verifier_key, valid_from) values ($1, $2, $3, $4)',
    [tenantId, name, verifierKey, from],
  );
  return { before: { ...before, until: from }, after: { name, verifierKey, from, until: null } };
}

async function queryKeys(tx: Tx): Promise<SigningKey[]> {
  const { rows } = await tx.query<SigningKey>(
    `select ${COLUMNS} from ledger_signing_key order by valid_from`,
  );
  return rows;
}

import { generateKek, kekContext, unwrapDataKey, wrapDataKey } from '../vault/envelope.ts';
import type { KeyProvider } from '../vault/key-provider.ts';
import type { Database, Tx } from './database.ts';
import { insertKek, type StoredKek } from './keys.ts';
import { contextOf } from './open-part.ts';
import {
  lockDataKeys,
  lockKek,
  moveDataKeys,
  moveKekToRoot,
  readKek,
  retireKek,
  setReplacement,
  type OldKek,
} from './rewrap-rows.ts';

/** Data keys that are wrapped anew in one transaction. */
const BATCH = 200;

/** What it takes to wrap keys anew. */
export interface Rewrapping {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
}

/** What became of a key: under the new root, replaced and gone, or to be looked at again, because it changed meanwhile. */
export type Rewrapped = 'rewrapped' | 'replaced' | 'again';

/**
 * Takes one key-encryption key from an old root to the current one. A key below which nothing was destroyed is wrapped
 * anew as it is. One below which something was destroyed is replaced: every data key that is left goes under a new key, and
 * the old one is deleted, so that whoever has an older copy of a destroyed data key finds nothing that opens it. Readers
 * are served throughout. Can be stopped anywhere and done again.
 * @throws HoldfastError as `KeyProvider.unwrap` and `wrap`.
 */
export async function rewrapKek(
  at: Rewrapping,
  tenantId: string,
  periodId: string,
  old: OldKek,
): Promise<Rewrapped> {
  const key = await unwrapKek(at.keys, tenantId, old);
  try {
    if (!old.touched) {
      const wrapped = await at.keys.wrap(key, contextOfKek(tenantId, old));
      const moved = await at.db.forTenant(tenantId, (tx) => moveKekToRoot(tx, old, wrapped));
      return moved ? 'rewrapped' : 'again';
    }
    return await replace(at, tenantId, periodId, old, key);
  } finally {
    key.fill(0);
  }
}

async function replace(
  at: Rewrapping,
  tenantId: string,
  periodId: string,
  old: OldKek,
  key: Buffer,
): Promise<Rewrapped> {
  const { kek, secret } = await replacementOf(at, tenantId, old);
  try {
    for (;;) {
      const moved = await at.db.forTenant(tenantId, (tx) =>
        moveBatch(tx, { tenantId, periodId, from: { id: old.id, key }, to: { kek, secret } }),
      );
      if (moved < BATCH) break;
    }
  } finally {
    secret.fill(0);
  }
  const now = at.now().toISOString();
  const gone = await at.db
    .forTenant(tenantId, (tx) => retireKek(tx, tenantId, old.id, kek.id, now))
    .catch((error: unknown) => {
      if (isForeignKeyViolation(error)) return false; // a recording came in under it at this moment
      throw error;
    });
  return gone ? 'replaced' : 'again';
}

/** The key that takes over, made once, whoever asks for it and how often. */
async function replacementOf(
  at: Rewrapping,
  tenantId: string,
  old: OldKek,
): Promise<{ kek: StoredKek; secret: Buffer }> {
  const fresh = generateKek();
  const wrapped = await at.keys.wrap(fresh, contextOfKek(tenantId, old));
  const candidate: StoredKek = {
    id: at.newId(at.now()),
    region: old.region,
    period: old.period,
    retentionClass: old.retentionClass,
    provider: wrapped.provider,
    rootKeyId: wrapped.keyId,
    wrapped: wrapped.bytes,
  };
  const kek = await at.db.forTenant(tenantId, async (tx) => {
    const locked = await lockKek(tx, old.id);
    const known = locked?.replacedBy ? await readKek(tx, locked.replacedBy) : undefined;
    if (known !== undefined) return known;
    await insertKek(tx, tenantId, candidate);
    await setReplacement(tx, old.id, candidate.id);
    return candidate;
  });
  if (kek.id === candidate.id) return { kek, secret: fresh };
  fresh.fill(0);
  return { kek, secret: await unwrapKek(at.keys, tenantId, kek) };
}

interface Moving {
  readonly tenantId: string;
  readonly periodId: string;
  readonly from: { readonly id: string; readonly key: Buffer };
  readonly to: { readonly kek: StoredKek; readonly secret: Buffer };
}

async function moveBatch(tx: Tx, { tenantId, periodId, from, to }: Moving): Promise<number> {
  await lockKek(tx, from.id);
  const rows = await lockDataKeys(tx, from.id, BATCH);
  const moved = rows.map((row) => {
    const context = contextOf(tenantId, row);
    const dataKey = unwrapDataKey(from.key, row.wrapped, context);
    const wrapped = wrapDataKey(to.secret, dataKey, context);
    dataKey.fill(0);
    return { id: row.id, wrapped };
  });
  await moveDataKeys(tx, to.kek, periodId, moved);
  return rows.length;
}

function unwrapKek(keys: KeyProvider, tenantId: string, kek: StoredKek): Promise<Buffer> {
  const { provider, rootKeyId, wrapped } = kek;
  return keys.unwrap({ provider, keyId: rootKeyId, bytes: wrapped }, contextOfKek(tenantId, kek));
}

function contextOfKek(
  tenantId: string,
  { region, period, retentionClass }: Pick<StoredKek, 'region' | 'period' | 'retentionClass'>,
): Buffer {
  return kekContext({ tenant: tenantId, region, period, retentionClass });
}

function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503';
}

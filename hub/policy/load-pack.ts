import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { verifyRulePack } from '../../recorder-core/policy/rule-pack-file.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  insertRulePack,
  listRulePacks,
  readRulePackRow,
  type RulePackRow,
  type SignedPack,
} from '../../recorder-core/records/rule-pack-rows.ts';
import { noteRules, type RulesAsking } from './note-rules.ts';

/** The shipped pack has 90 kB; ten times its rows stay far below this. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Takes in a signed pack, so that it can be compared and proposed; nothing is decided by it yet. The same pack again
 * changes nothing.
 * @throws HoldfastError `invalid_input` where it is too large, not signed by a key that counts here, or malformed; `conflict`
 *   where another pack has its id and version.
 */
export async function loadPack(tx: Tx, asking: RulesAsking, signed: SignedPack): Promise<RulePackRow> {
  if (signed.bytes.length > MOST_BYTES) {
    throw new HoldfastError(
      'invalid_input',
      `The rule pack is larger than ${MOST_BYTES / 1024 / 1024} MiB and was not read. Split it, or leave out what no call needs.`,
      { field: 'pack' },
    );
  }
  const pack = verified(asking, signed);
  await requireNewVersion(tx, pack);
  if (await keepPack(tx, asking, pack, signed)) {
    await noteRules(tx, asking, {
      act: 'pack.loaded',
      object: { type: 'rule_pack', id: pack.digest },
      outcome: 'done',
      packDigest: pack.digest,
      facts: { pack: pack.id, version: pack.version, signedBy: pack.signedBy },
    });
  }
  return requireRow(await readRulePackRow(tx, pack.digest));
}

/** What is wrong with a pack that somebody hands in is wrong with the request, not with us. */
function verified(asking: RulesAsking, { bytes, signature }: SignedPack): VerifiedRulePack {
  try {
    return verifyRulePack(bytes, signature, asking.packs.keys);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new HoldfastError('invalid_input', error.message, { field: 'pack', cause: error });
  }
}

/** Makes sure that the tenant has a row of a pack that comes with the product, or that it loaded. @throws `not_found`. */
export async function ownPack(tx: Tx, asking: RulesAsking, digest: string): Promise<VerifiedRulePack> {
  const bundled = asking.packs.bundles.find(({ pack }) => pack.digest === digest);
  if (bundled !== undefined) await keepPack(tx, asking, bundled.pack, bundled);
  const pack = await asking.packs.byDigest(tx, digest);
  if (pack !== undefined) return pack;
  throw new HoldfastError(
    'not_found',
    'There is no rule pack with this digest. Load it first; the list of packs shows which there are.',
    { field: 'digest' },
  );
}

function keepPack(tx: Tx, asking: RulesAsking, pack: VerifiedRulePack, signed: SignedPack): Promise<boolean> {
  const bundled = asking.packs.bundles.some((one) => one.pack.digest === pack.digest);
  const loaded = { by: bundled ? null : asking.person.id, at: asking.now.toISOString() };
  return insertRulePack(tx, asking.tenantId, pack, signed, loaded);
}

/** Two contents under one version could not be told apart by people. */
async function requireNewVersion(tx: Tx, { id, version, digest }: VerifiedRulePack): Promise<void> {
  const other = (await listRulePacks(tx)).find(
    (row) => row.packId === id && row.version === version && row.digest !== digest,
  );
  if (other === undefined) return;
  throw new HoldfastError(
    'conflict',
    `Another pack ${id} ${version} was loaded before, with other content. Nothing was loaded; give the new one a version of its own and sign it again.`,
    { field: 'version' },
  );
}

function requireRow(row: RulePackRow | undefined): RulePackRow {
  if (row !== undefined) return row;
  throw new Error('The pack vanished inside its own transaction.');
}

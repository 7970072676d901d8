import { HoldfastError } from '../../recorder-core/errors.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { listPacks } from '../policy/list-packs.ts';

/** The pack that somebody names; the one in force where nobody does. Errors as `findPackDigest`. */
export async function findPack(
  tx: Tx,
  packs: RulePacks,
  name: string | undefined,
): Promise<VerifiedRulePack> {
  if (name === undefined) return (await packs.current(tx)).pack;
  const pack = await packs.byDigest(tx, await findPackDigest(tx, packs, name));
  if (pack === undefined) throw new HoldfastError('not_found', 'The pack is gone.');
  return pack;
}

/** Digest of the pack of this version, or whose digest begins so. @throws HoldfastError `not_found`, `conflict` for several. */
export async function findPackDigest(tx: Tx, packs: RulePacks, name: string): Promise<string> {
  const known = await listPacks(tx, packs);
  const found = known.filter(
    ({ digest, version }) => version === name || (name.length >= 6 && digest.startsWith(name)),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.digest;
  if (only !== undefined)
    throw new HoldfastError('conflict', 'Several packs are named so; give more characters of the digest.');
  throw new HoldfastError('not_found', 'There is no such pack. `holdfast policy list` shows them.');
}

import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listRulePacks, type RulePackRow } from '../../recorder-core/records/rule-pack-rows.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';

/** A pack that can be in force: loaded by the tenant, or come with the product. */
export type KnownPack = Omit<RulePackRow, 'state' | 'loadedAt'> & {
  readonly state: RulePackRow['state'] | 'bundled';
  readonly loadedAt: string | null;
  readonly inForce: boolean;
};

/** All of them: the one in force first, then by version, the newest first. */
export async function listPacks(tx: Tx, packs: RulePacks): Promise<KnownPack[]> {
  const { pack: current } = await packs.current(tx);
  const rows = await listRulePacks(tx);
  const bundled = packs.bundles.filter(({ pack }) => !rows.some(({ digest }) => digest === pack.digest));
  const all = [...rows, ...bundled.map(({ pack }) => bundledRow(pack))];
  return all
    .map((row) => ({ ...row, inForce: row.digest === current.digest }))
    .sort((a, b) => Number(b.inForce) - Number(a.inForce) || (a.version < b.version ? 1 : -1));
}

function bundledRow({ digest, id, version, signedBy }: VerifiedRulePack): Omit<KnownPack, 'inForce'> {
  return {
    digest,
    packId: id,
    version,
    signedBy,
    state: 'bundled',
    loadedBy: null,
    loadedAt: null,
    activatedBy: null,
    activatedAt: null,
    supersededAt: null,
  };
}

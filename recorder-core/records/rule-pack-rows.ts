import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import type { Tx } from './database.ts';

/** A pack that a tenant has, without its rows. */
export interface RulePackRow {
  readonly digest: string;
  readonly packId: string;
  readonly version: string;
  readonly signedBy: string;
  readonly state: 'loaded' | 'active' | 'superseded';
  readonly loadedBy: string | null;
  readonly loadedAt: string;
  readonly activatedBy: string | null;
  readonly activatedAt: string | null;
  readonly supersededAt: string | null;
}

/** Exactly what was signed. */
export interface SignedPack {
  readonly bytes: Buffer;
  readonly signature: string;
}

type Row = Omit<RulePackRow, 'loadedAt' | 'activatedAt' | 'supersededAt'> & {
  readonly loadedAt: Date;
  readonly activatedAt: Date | null;
  readonly supersededAt: Date | null;
};

const COLUMNS = `p.digest, p.pack_id as "packId", p.version, p.signed_by as "signedBy", p.state,
  coalesce(l.name, p.loaded_by::text) as "loadedBy", p.loaded_at as "loadedAt",
  coalesce(a.name, p.activated_by::text) as "activatedBy", p.activated_at as "activatedAt",
  p.superseded_at as "supersededAt"`;
const FROM = `rule_pack p
  left join app_user l on l.tenant_id = p.tenant_id and l.id = p.loaded_by
  left join app_user a on a.tenant_id = p.tenant_id and a.id = p.activated_by`;

/** Bytes and signature of a pack, to be verified before anything of them is used. */
export async function readSignedPack(tx: Tx, digest: string): Promise<SignedPack | undefined> {
  const { rows } = await tx.query<SignedPack>('select bytes, signature from rule_pack where digest = $1', [
    digest,
  ]);
  return rows[0];
}

/** Adds a verified pack as loaded; false, and nothing changed, where it is there already. */
export async function insertRulePack(
  tx: Tx,
  tenantId: string,
  pack: VerifiedRulePack,
  { bytes, signature }: SignedPack,
  loaded: { readonly by: string | null; readonly at: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into rule_pack (tenant_id, digest, pack_id, version, bytes, signature, signed_by, state, loaded_by, loaded_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'loaded', $8, $9) on conflict do nothing`,
    [tenantId, pack.digest, pack.id, pack.version, bytes, signature, pack.signedBy, loaded.by, loaded.at],
  );
  return rowCount === 1;
}

/** Makes a pack the active one and the active one a former one; false where there is none of that digest. */
export async function activateRulePack(
  tx: Tx,
  digest: string,
  by: string | null,
  at: string,
): Promise<boolean> {
  await tx.query(
    `update rule_pack set state = 'superseded', superseded_at = $2 where state = 'active' and digest <> $1`,
    [digest, at],
  );
  const { rowCount } = await tx.query(
    `update rule_pack set state = 'active', activated_by = $2, activated_at = $3, superseded_at = null
      where digest = $1`,
    [digest, by, at],
  );
  return rowCount === 1;
}

/** All packs that the tenant has, newest first. */
export async function listRulePacks(tx: Tx): Promise<RulePackRow[]> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from ${FROM} order by p.loaded_at desc, p.digest`);
  return rows.map(fromRow);
}

/** One of them, or undefined. */
export async function readRulePackRow(tx: Tx, digest: string): Promise<RulePackRow | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from ${FROM} where p.digest = $1`, [digest]);
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: Row): RulePackRow {
  return {
    ...row,
    loadedAt: row.loadedAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
    supersededAt: row.supersededAt?.toISOString() ?? null,
  };
}

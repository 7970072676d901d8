import { HoldfastError } from '../errors.ts';
import { NO_POLICY, type Rulebook } from '../policy/rulebook.ts';
import type { TenantPolicy } from '../policy/tenant-policy.ts';
import {
  loadBundledPacks,
  verifyRulePack,
  type BundledPack,
  type TrustedKey,
} from '../policy/rule-pack-file.ts';
import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import type { Tx } from './database.ts';
import { readSignedPack } from './rule-pack-rows.ts';
import { readTenantPolicy } from './tenant-policies.ts';

/** More packs and policies than an installation decides by at one time; beyond it they are read again. */
const MOST_IN_MEMORY = 256;

/**
 * The rules that are in force for a tenant, and those that were. A pack is verified when it is read from the database and
 * then known by its digest, so what decides is always what was signed; a policy is immutable and known by its version.
 */
export class RulePacks {
  /** The newest pack that comes with the product: in force for a tenant that has none of its own. */
  readonly bundled: VerifiedRulePack;
  readonly #keys: readonly TrustedKey[];
  readonly #bundled: ReadonlyMap<string, BundledPack>;
  readonly #packs = new Map<string, VerifiedRulePack>();
  readonly #policies = new Map<string, TenantPolicy>();

  /** `bundled` from oldest to newest, at least one. */
  constructor(bundled: readonly BundledPack[], keys: readonly TrustedKey[]) {
    const newest = bundled.at(-1);
    if (newest === undefined) {
      throw new HoldfastError(
        'config_invalid',
        'No rule pack comes with the product, so nothing can be decided.',
      );
    }
    this.bundled = newest.pack;
    this.#bundled = new Map(bundled.map((one) => [one.pack.digest, one]));
    this.#keys = keys;
  }

  /** Whose signatures are taken. */
  get keys(): readonly TrustedKey[] {
    return this.#keys;
  }

  /** The packs that come with the product, from oldest to newest. */
  get bundles(): readonly BundledPack[] {
    return [...this.#bundled.values()];
  }

  /**
   * Pack and policy in force for the tenant of the transaction, as it sees them: one small query, the rest from memory.
   * @throws HoldfastError `integrity_failed` or `config_invalid` when the active pack is not what was signed by a key that
   *   is trusted here: then nothing is decided, and nothing is disposed of.
   */
  async current(tx: Tx): Promise<Rulebook> {
    const { rows } = await tx.query<{ tenant: string; pack: string | null; policy: number | null }>(
      `select current_tenant() as tenant,
              (select digest from rule_pack where state = 'active') as pack,
              (select version from tenant_policy where state = 'active') as policy`,
    );
    const { tenant, pack, policy } = rows[0] ?? { tenant: '', pack: null, policy: null };
    return {
      pack: pack === null ? this.bundled : await this.#require(tx, pack),
      policy: policy === null ? NO_POLICY : await this.policy(tx, tenant, policy),
      policyVersion: policy ?? 0,
    };
  }

  /** The pack of an old decision: loaded by this tenant, or come with the product. Throws as `current` does. */
  async byDigest(tx: Tx, digest: string): Promise<VerifiedRulePack | undefined> {
    const known = this.#bundled.get(digest)?.pack ?? this.#packs.get(digest);
    if (known !== undefined) return known;
    const signed = await readSignedPack(tx, digest);
    if (signed === undefined) return undefined;
    const pack = verifyRulePack(signed.bytes, signed.signature, this.#keys);
    if (pack.digest !== digest) throw changed(digest);
    remember(this.#packs, digest, pack);
    return pack;
  }

  /** One version of the tenant's policy. @throws HoldfastError `integrity_failed` where it is gone or unreadable. */
  async policy(tx: Tx, tenantId: string, version: number): Promise<TenantPolicy> {
    const key = `${tenantId}/${version}`;
    const known = this.#policies.get(key);
    if (known !== undefined) return known;
    const row = await readTenantPolicy(tx, version);
    if (row === undefined) throw changed(`policy ${version}`);
    remember(this.#policies, key, row.body);
    return row.body;
  }

  async #require(tx: Tx, digest: string): Promise<VerifiedRulePack> {
    const pack = await this.byDigest(tx, digest);
    if (pack === undefined) throw changed(digest);
    return pack;
  }
}

/** The packs that come with the product and their keys, and further trusted keys where a file names them. */
export async function openRulePacks(keysFile?: string): Promise<RulePacks> {
  const { packs, keys } = await loadBundledPacks(keysFile);
  return new RulePacks(packs, keys);
}

function remember<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= MOST_IN_MEMORY) kept.clear();
  kept.set(key, value);
}

function changed(what: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The rules in force are not in the database as they were activated, so nothing is decided and nothing is disposed of. Restore the tables rule_pack and tenant_policy from a backup.',
    { detail: what },
  );
}

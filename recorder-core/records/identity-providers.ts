import type pg from 'pg';
import type { Tx } from './database.ts';

export type ProviderKind = 'saml' | 'oidc';

/** `draft`: was never tried as it stands; `tested`; `live`: people sign in with it; `off`. */
export type ProviderState = 'draft' | 'tested' | 'live' | 'off';

/** An identity provider as the database knows it. */
export interface ProviderRow {
  readonly id: string;
  readonly kind: ProviderKind;
  readonly name: string;
  readonly state: ProviderState;
  readonly version: number;
  readonly testedVersion: number | null;
  /** Unchecked: `hub/identity/providers/provider-config.ts` says what it is. */
  readonly config: unknown;
  readonly sealed: Buffer | null;
  readonly domains: readonly string[];
  readonly lastTest: Buffer | null;
  readonly testedAt: Date | null;
  readonly changedAt: Date;
}

const COLUMNS = `id, kind, name, state, version, tested_version as "testedVersion", config, sealed, domains,
  last_test as "lastTest", tested_at as "testedAt", changed_at as "changedAt"`;

/** All of a tenant, by name. */
export async function listProviders(tx: Tx): Promise<ProviderRow[]> {
  const { rows } = await tx.query<ProviderRow>(`select ${COLUMNS} from identity_provider order by name, id`);
  return rows;
}

/** One of them, or undefined. */
export async function readProvider(tx: Tx, id: string): Promise<ProviderRow | undefined> {
  const { rows } = await tx.query<ProviderRow>(`select ${COLUMNS} from identity_provider where id = $1`, [
    id,
  ]);
  return rows[0];
}

/** One of them under a row lock, or undefined. */
export async function lockProvider(tx: Tx, id: string): Promise<ProviderRow | undefined> {
  const { rows } = await tx.query<ProviderRow>(
    `select ${COLUMNS} from identity_provider where id = $1 for update`,
    [id],
  );
  return rows[0];
}

/** Adds one as a draft; answers false where the name is taken. */
export async function insertProvider(
  tx: Tx,
  tenantId: string,
  provider: Pick<ProviderRow, 'id' | 'kind' | 'name' | 'config' | 'domains'> & { readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into identity_provider (tenant_id, id, kind, name, state, version, config, domains, added_at, changed_at)
     values ($1, $2, $3, $4, 'draft', 1, $5, $6, $7, $7) on conflict do nothing`,
    [
      tenantId,
      provider.id,
      provider.kind,
      provider.name,
      JSON.stringify(provider.config),
      provider.domains,
      provider.at,
    ],
  );
  return rowCount === 1;
}

/** Writes what was changed of a locked provider. */
export async function updateProvider(
  tx: Tx,
  id: string,
  after: Pick<
    ProviderRow,
    'name' | 'state' | 'version' | 'testedVersion' | 'config' | 'sealed' | 'domains'
  > & {
    readonly at: Date;
  },
): Promise<void> {
  await tx.query(
    `update identity_provider set name = $2, state = $3, version = $4, tested_version = $5, config = $6, sealed = $7,
            domains = $8, changed_at = $9 where id = $1`,
    [
      id,
      after.name,
      after.state,
      after.version,
      after.testedVersion,
      JSON.stringify(after.config),
      after.sealed,
      after.domains,
      after.at,
    ],
  );
}

/** Whether another provider of the tenant has this name. */
export async function isNameTaken(tx: Tx, id: string, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from identity_provider where lower(name) = lower($2) and id <> $1',
    [id, name],
  );
  return rowCount !== 0;
}

/** Keeps what a test sign-in brought, for the version that it was made with. */
export async function noteProviderTest(
  tx: Tx,
  id: string,
  test: { readonly version: number; readonly sealed: Buffer; readonly passed: boolean; readonly at: Date },
): Promise<void> {
  await tx.query(
    `update identity_provider set last_test = $3, tested_at = $4,
            tested_version = case when $5 then $2 else tested_version end,
            state = case when $5 and state = 'draft' then 'tested' else state end
      where id = $1 and version = $2`,
    [id, test.version, test.sealed, test.at, test.passed],
  );
}

/** A live provider as the sign-in page may know it. */
export interface OfferedProvider {
  readonly tenantId: string;
  readonly tenant: string;
  readonly id: string;
  readonly kind: ProviderKind;
  readonly name: string;
}

const MOST_OFFERED = 20;

/** The live providers of an e-mail domain, of every tenant, at most 20; asked with the dispatcher's role. */
export async function listProvidersOfDomain(dispatcher: pg.Pool, domain: string): Promise<OfferedProvider[]> {
  const { rows } = await dispatcher.query<OfferedProvider>(
    `select p.tenant_id as "tenantId", t.name as tenant, p.id, p.kind, p.name
       from identity_provider p join tenant t on t.tenant_id = p.tenant_id
      where p.state = 'live' and p.domains @> array[$1] order by t.name, p.name limit $2`,
    [domain, MOST_OFFERED],
  );
  return rows;
}

/** Removes a provider with everything that stands below it. */
export async function deleteProvider(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from identity_provider where id = $1', [id]);
}

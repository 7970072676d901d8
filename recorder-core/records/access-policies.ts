import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';

/** A version of a tenant's own policies of access, without its text. */
export interface AccessPolicyVersion {
  readonly version: number;
  readonly digest: string;
  readonly note: string;
  /** Version whose text this is once more. */
  readonly repeats: number | null;
  readonly state: 'draft' | 'asked' | 'published' | 'superseded';
  readonly madeBy: string;
  readonly madeAt: string;
  readonly publishedBy: string | null;
  readonly publishedAt: string | null;
  readonly supersededAt: string | null;
}

/** A version with what it says. */
export interface AccessPolicyRow extends AccessPolicyVersion {
  readonly text: string;
  /** As they were stored; whoever uses them reads them through their schema. */
  readonly examples: unknown;
  readonly makerId: string;
  /** The version that was published when a second person was asked; 0: none. */
  readonly insteadOf: number | null;
}

type Dated<T> = Omit<T, 'madeAt' | 'publishedAt' | 'supersededAt'> & {
  readonly madeAt: Date;
  readonly publishedAt: Date | null;
  readonly supersededAt: Date | null;
};

const COLUMNS = `p.version, p.digest, p.note, p.repeats, p.state, m.name as "madeBy", p.made_at as "madeAt",
  b.name as "publishedBy", p.published_at as "publishedAt", p.superseded_at as "supersededAt"`;
const FROM = `access_policy p
  join app_user m on m.tenant_id = p.tenant_id and m.id = p.made_by
  left join app_user b on b.tenant_id = p.tenant_id and b.id = p.published_by`;
const LIST_LIMIT = 500;

/** Versions, newest first, at most 500. */
export async function listAccessPolicies(tx: Tx): Promise<AccessPolicyVersion[]> {
  const { rows } = await tx.query<Dated<AccessPolicyVersion>>(
    `select ${COLUMNS} from ${FROM} order by p.version desc limit $1`,
    [LIST_LIMIT],
  );
  return rows.map(withTexts);
}

/** One version, or undefined. */
export async function readAccessPolicy(tx: Tx, version: number): Promise<AccessPolicyRow | undefined> {
  const { rows } = await tx.query<Dated<AccessPolicyRow>>(
    `select ${COLUMNS}, p.text, p.examples, p.made_by as "makerId", p.instead_of as "insteadOf"
       from ${FROM} where p.version = $1`,
    [version],
  );
  return rows[0] && withTexts(rows[0]);
}

/** Number of the published version; 0 where none is. */
export async function readPublishedVersion(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ version: number }>(
    "select version from access_policy where state = 'published'",
  );
  return rows[0]?.version ?? 0;
}

/** The published version with its text; version 0 and no text where none is. */
export async function readPublishedPolicies(
  tx: Tx,
): Promise<{ readonly version: number; readonly text: string }> {
  const { rows } = await tx.query<{ version: number; text: string }>(
    "select version, text from access_policy where state = 'published'",
  );
  return rows[0] ?? { version: 0, text: '' };
}

/** Adds the next version as a draft and answers its number. Two at once come one after the other. */
export async function insertAccessPolicy(
  tx: Tx,
  tenantId: string,
  made: {
    readonly digest: string;
    readonly text: string;
    readonly examples: unknown;
    readonly note: string;
    readonly repeats: number | null;
    readonly madeBy: string;
    readonly madeAt: string;
  },
): Promise<number> {
  await lockAccessPolicies(tx);
  const { rows } = await tx.query<{ version: number }>(
    `insert into access_policy (tenant_id, version, digest, text, examples, note, repeats, state, made_by, made_at)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, 'draft', $7, $8 from access_policy
     returning version`,
    [
      tenantId,
      made.digest,
      made.text,
      JSON.stringify(made.examples),
      made.note,
      made.repeats,
      made.madeBy,
      made.madeAt,
    ],
  );
  if (rows[0] === undefined) throw new HoldfastError('internal', 'The version was not stored. Try again.');
  return rows[0].version;
}

/** Takes the tenant's policies for this transaction, so that of two who change them one waits. */
export async function lockAccessPolicies(tx: Tx): Promise<void> {
  await tx.query(
    "select pg_advisory_xact_lock(hashtextextended('access policies ' || current_tenant()::text, 0))",
  );
}

/** Notes that a second person was asked about a draft, and what was published then. */
export async function markAsked(tx: Tx, version: number, insteadOf: number): Promise<void> {
  await tx.query("update access_policy set state = 'asked', instead_of = $2 where version = $1", [
    version,
    insteadOf,
  ]);
}

/** Makes a version that was asked about a draft again. */
export async function markRefused(tx: Tx, version: number): Promise<void> {
  await tx.query("update access_policy set state = 'draft' where version = $1 and state = 'asked'", [
    version,
  ]);
}

/** Publishes a version that was asked about, in the place of the one before; false where it is not waiting for this. */
export async function publishAccessPolicy(
  tx: Tx,
  version: number,
  by: string | null,
  at: string,
): Promise<boolean> {
  await tx.query(
    "update access_policy set state = 'superseded', superseded_at = $2 where state = 'published' and version <> $1",
    [version, at],
  );
  const { rowCount } = await tx.query(
    `update access_policy set state = 'published', published_by = $2, published_at = $3
      where version = $1 and state = 'asked'`,
    [version, by, at],
  );
  return rowCount === 1;
}

function withTexts<T extends AccessPolicyVersion>(row: Dated<T>): T {
  return {
    ...row,
    madeAt: row.madeAt.toISOString(),
    publishedAt: row.publishedAt?.toISOString() ?? null,
    supersededAt: row.supersededAt?.toISOString() ?? null,
  } as unknown as T;
}

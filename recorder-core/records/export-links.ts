import type { Handover } from '../policy/export-rules.ts';
import type { ExportState } from '../policy/export-state.ts';
import type { Tx } from './database.ts';

/** A link by which an export is handed over; neither its token nor its passcode is stored. */
export interface ExportLink {
  readonly id: string;
  readonly exportId: string;
  readonly passcodeHash: string;
  readonly handover: Handover;
}

/** Adds a link and revokes those that the export had: at most one is of use. */
export async function replaceLink(
  tx: Tx,
  tenantId: string,
  link: {
    readonly id: string;
    readonly exportId: string;
    readonly tokenDigest: Buffer;
    readonly passcodeHash: string;
    readonly createdBy: string;
    readonly createdAt: string;
    readonly expiresAt: string;
  },
): Promise<void> {
  await revokeLinks(tx, link.exportId, link.createdAt);
  await tx.query(
    `insert into export_link (tenant_id, id, export_id, token_digest, passcode_hash, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      link.id,
      link.exportId,
      link.tokenDigest,
      link.passcodeHash,
      link.createdBy,
      link.createdAt,
      link.expiresAt,
    ],
  );
}

/** Takes every link of an export out of use. */
export async function revokeLinks(tx: Tx, exportId: string, at: string): Promise<void> {
  await tx.query('update export_link set revoked_at = $2 where export_id = $1 and revoked_at is null', [
    exportId,
    at,
  ]);
}

interface LinkRow {
  readonly id: string;
  readonly exportId: string;
  readonly passcodeHash: string;
  readonly state: ExportState;
  readonly exportExpires: Date;
  readonly linkExpires: Date;
  readonly revoked: boolean;
  readonly attempts: number;
}

/**
 * The link of a token's digest, or of an id, with all that decides whether it hands anything over. Where a grant let somebody ask
 * for the export, the link ends with the grant.
 */
export async function readLink(
  tx: Tx,
  by: { readonly tokenDigest: Buffer } | { readonly id: string },
): Promise<ExportLink | undefined> {
  const { rows } = await tx.query<LinkRow>(
    `select l.id, l.export_id as "exportId", l.passcode_hash as "passcodeHash", e.state,
            e.expires_at as "exportExpires", least(l.expires_at, g.until_at) as "linkExpires",
            l.revoked_at is not null or coalesce(g.state <> 'granted', false) as revoked, l.attempts
       from export_link l join export e on e.tenant_id = l.tenant_id and e.id = l.export_id
       left join access_grant g on g.tenant_id = e.tenant_id and g.id = e.grant_id
      where l.token_digest = $1 or l.id = $2`,
    ['tokenDigest' in by ? by.tokenDigest : null, 'id' in by ? by.id : null],
  );
  const row = rows[0];
  return (
    row && {
      id: row.id,
      exportId: row.exportId,
      passcodeHash: row.passcodeHash,
      handover: {
        state: row.state,
        exportExpiresMs: row.exportExpires.getTime(),
        linkExpiresMs: row.linkExpires.getTime(),
        linkRevoked: row.revoked,
        wrongPasscodes: row.attempts,
      },
    }
  );
}

/** The newest link of an export that is not revoked, for the people who look after it. */
export async function readUsableLink(
  tx: Tx,
  exportId: string,
): Promise<
  { readonly createdAt: string; readonly expiresAt: string; readonly attempts: number } | undefined
> {
  const { rows } = await tx.query<{ createdAt: Date; expiresAt: Date; attempts: number }>(
    `select created_at as "createdAt", expires_at as "expiresAt", attempts from export_link
      where export_id = $1 and revoked_at is null order by created_at desc limit 1`,
    [exportId],
  );
  const row = rows[0];
  return row && { ...row, createdAt: row.createdAt.toISOString(), expiresAt: row.expiresAt.toISOString() };
}

/**
 * Counts an attempt before its passcode is checked, so that attempts at the same time are all counted. Answers
 * false, and counts nothing, where `most` have been made.
 */
export async function takeAttempt(tx: Tx, linkId: string, most: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update export_link set attempts = attempts + 1 where id = $1 and attempts < $2',
    [linkId, most],
  );
  return rowCount === 1;
}

/** Forgets the attempts of a link whose passcode was right, and opens a visit. */
export async function openVisit(
  tx: Tx,
  tenantId: string,
  visit: {
    readonly linkId: string;
    readonly cookieDigest: Buffer;
    readonly now: string;
    readonly expiresAt: string;
  },
): Promise<void> {
  await tx.query('update export_link set attempts = 0 where id = $1', [visit.linkId]);
  await tx.query('delete from export_visit where link_id = $1 and expires_at <= $2', [
    visit.linkId,
    visit.now,
  ]);
  await tx.query(
    'insert into export_visit (tenant_id, cookie_digest, link_id, expires_at) values ($1, $2, $3, $4)',
    [tenantId, visit.cookieDigest, visit.linkId, visit.expiresAt],
  );
}

/** Whether a cookie stands for a visit of this link; then the visit lasts until `until`. */
export async function continueVisit(
  tx: Tx,
  visit: {
    readonly linkId: string;
    readonly cookieDigest: Buffer;
    readonly now: string;
    readonly until: string;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update export_visit set expires_at = $4 where cookie_digest = $1 and link_id = $2 and expires_at > $3',
    [visit.cookieDigest, visit.linkId, visit.now, visit.until],
  );
  return rowCount === 1;
}

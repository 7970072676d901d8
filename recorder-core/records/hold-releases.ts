import type { Tx } from './database.ts';

export type ReleaseState = 'asked' | 'refused' | 'expired' | 'withdrawn' | 'grace' | 'taken-back' | 'done';

/** One asking for a release, with what came of it. */
export interface HoldRelease {
  readonly id: string;
  readonly matterId: string;
  /** The holds that were in force when it was asked for; what is placed later stays. */
  readonly holdIds: readonly string[];
  /** The matter ends with it. */
  readonly whole: boolean;
  readonly reason: string;
  readonly askedBy: string;
  readonly askedById: string | null;
  readonly askedAt: string;
  readonly approvalId: string;
  readonly state: ReleaseState;
  readonly grantedBy: string | null;
  readonly grantedAt: string | null;
  /** Until then the rules keep what was held, and it can be taken back. */
  readonly graceEndsAt: string | null;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
}

type ReleaseRow = Omit<HoldRelease, 'askedAt' | 'grantedAt' | 'graceEndsAt' | 'endedAt'> & {
  readonly [K in 'grantedAt' | 'graceEndsAt' | 'endedAt']: Date | null;
} & { readonly askedAt: Date };

const SELECT = `
  select r.id, r.matter_id as "matterId", r.hold_ids as "holdIds", r.whole, r.reason, r.asked_by as "askedById",
         coalesce(p.name, r.asked_by::text, c.name, 'Holdfast') as "askedBy", r.asked_at as "askedAt",
         r.approval_id as "approvalId", r.state, r.granted_at as "grantedAt", r.grace_ends_at as "graceEndsAt",
         case when r.granted_at is not null then coalesce(d.name, a.decided_by::text) end as "grantedBy",
         coalesce(e.name, r.ended_by::text) as "endedBy", r.ended_at as "endedAt", r.end_reason as "endReason"
    from hold_release r
    left join app_user p on p.tenant_id = r.tenant_id and p.id = r.asked_by
    left join connection c on c.tenant_id = r.tenant_id and c.id = r.asked_through
    left join approval a on a.tenant_id = r.tenant_id and a.id = r.approval_id
    left join app_user d on d.tenant_id = a.tenant_id and d.id = a.decided_by
    left join app_user e on e.tenant_id = r.tenant_id and e.id = r.ended_by`;

function fromRow(row: ReleaseRow): HoldRelease {
  const { askedAt, grantedAt, graceEndsAt, endedAt, ...rest } = row;
  return {
    ...rest,
    askedAt: askedAt.toISOString(),
    grantedAt: grantedAt?.toISOString() ?? null,
    graceEndsAt: graceEndsAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** What a release begins with. */
export interface NewRelease {
  readonly id: string;
  readonly matterId: string;
  readonly holdIds: readonly string[];
  readonly whole: boolean;
  readonly reason: string;
  readonly askedBy: string | null;
  readonly askedThrough: string | null;
  readonly askedAt: string;
  readonly approvalId: string;
}

/** Adds a release that waits for its answer; false, and nothing changes, where one of the matter waits already. */
export async function insertRelease(tx: Tx, tenantId: string, release: NewRelease): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into hold_release (tenant_id, id, matter_id, hold_ids, whole, reason, asked_by, asked_through, asked_at, approval_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      tenantId,
      release.id,
      release.matterId,
      release.holdIds,
      release.whole,
      release.reason,
      release.askedBy,
      release.askedThrough,
      release.askedAt,
      release.approvalId,
    ],
  );
  return rowCount === 1;
}

/** One release, or undefined. */
export async function readRelease(tx: Tx, id: string): Promise<HoldRelease | undefined> {
  const { rows } = await tx.query<ReleaseRow>(`${SELECT} where r.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The releases of a matter, oldest first; only those that go on where `open`. */
export async function listReleases(tx: Tx, matterId: string, open = false): Promise<HoldRelease[]> {
  const { rows } = await tx.query<ReleaseRow>(
    `${SELECT} where r.matter_id = $1 and (not $2 or r.state in ('asked', 'grace')) order by r.asked_at, r.id`,
    [matterId, open],
  );
  return rows.map(fromRow);
}

/** How a release ended, or that it begins its grace. Under the matter's lock. */
export type ReleaseMove =
  | { readonly state: 'grace'; readonly at: string; readonly graceEndsAt: string }
  | {
      readonly state: 'refused' | 'expired' | 'withdrawn' | 'taken-back' | 'done';
      readonly at: string;
      readonly by?: string | null;
      readonly reason?: string | null;
    };

/** Moves a release on. */
export async function moveRelease(tx: Tx, id: string, move: ReleaseMove): Promise<void> {
  if (move.state === 'grace') {
    await tx.query(
      `update hold_release set state = 'grace', granted_at = coalesce(granted_at, $2), grace_ends_at = $3 where id = $1`,
      [id, move.at, move.graceEndsAt],
    );
    return;
  }
  await tx.query(
    'update hold_release set state = $2, ended_at = $3, ended_by = $4, end_reason = $5 where id = $1',
    [id, move.state, move.at, move.by ?? null, move.reason ?? null],
  );
}

import { afterId, onRecording, pageEnd, type AuditSection } from '../section.ts';

/** Recordings that are asked about at once; most of them are under no hold. */
const PAGE = 5_000;

const HELD = `
  with page as (
    select r, r.tenant_id, r.id, r.state from recording r where r.id > $1 order by r.id limit ${PAGE})
  select x.id, h.holds > 0 as held, coalesce(h.standing, false) as standing,
         coalesce(h.standing, false) and x.state in ('disposing', 'disposed') as gone,
         case when h.standing then (
           select count(*) from part p left join data_key d on d.tenant_id = p.tenant_id and d.part_id = p.id
            where p.tenant_id = x.tenant_id and p.recording_id = x.id and d.part_id is null) else 0 end as keyless,
         exists (select from disposal_certificate c
                   join hold_item i on i.tenant_id = c.tenant_id and i.recording_id = c.recording_id
                   join hold o on o.tenant_id = i.tenant_id and o.id = i.hold_id
                  where c.tenant_id = x.tenant_id and c.recording_id = x.id and c.disposed_at >= o.placed_at
                    and (o.released_at is null or c.disposed_at < o.released_at)) as broken
    from page x
    cross join lateral (select count(*) as holds, bool_or(o.released_at is null) as standing from holds_on(x.r, true) o) h
   order by x.id`;

interface Row {
  readonly id: string;
  /** A hold is or was on it. */
  readonly held: boolean;
  readonly standing: boolean;
  readonly gone: boolean;
  readonly keyless: number;
  readonly broken: boolean;
}

/** Everything that is held, by item or by query, is still there, and nothing was destroyed while a hold stood. */
export const holds: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId }, cursor) {
    const rows = await db.forTenant(
      tenantId,
      async (tx) => (await tx.query<Row>(HELD, [afterId(cursor)])).rows,
    );
    return {
      cursor: pageEnd(rows, PAGE),
      counts: {
        checked: rows.filter(({ held }) => held).length,
        'under a hold now': rows.filter(({ standing }) => standing).length,
      },
      findings: rows.flatMap(faultsOf),
    };
  },
};

function faultsOf({ id, standing, gone, keyless, broken }: Row) {
  if (broken)
    return [
      onRecording(id, 'disposed-under-hold', 'critical', 'It was disposed of while a hold stood on it.'),
    ];
  if (!standing || (!gone && keyless === 0)) return [];
  const statement = gone
    ? 'It is held, and it is gone or going.'
    : `It is held, and ${keyless} of its parts have no key any more.`;
  return [onRecording(id, 'held-not-there', 'critical', statement)];
}

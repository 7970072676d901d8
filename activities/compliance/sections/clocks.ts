import { tallyBy, type AuditSection } from '../section.ts';

/** Answers that are owed about incidents were given in time. */
export const incidents: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId, period, now }) {
    const { opened, clocks } = await db.forTenant(tenantId, async (tx) => {
      const counted = await tx.query<{ state: string; count: number }>(
        'select state, count(*) as count from incident where opened_at >= $1 and opened_at < $2 group by state order by state',
        [period.from, period.to],
      );
      const owed = await tx.query<{
        id: string;
        incident: string;
        title: string;
        late: boolean;
        overdue: boolean;
        verified: boolean;
      }>(
        `select c.id, c.incident_id as incident, c.regime || ' ' || c.stage as title, c.verified,
                c.answered_at is not null and c.answered_at > c.due_at as late,
                c.answered_at is null and c.ended_at is null and c.due_at < $2 as overdue
           from incident_clock c where c.due_at >= $1 and c.started_at < $2 order by c.id limit 5000`,
        [period.from, now],
      );
      return { opened: counted.rows, clocks: owed.rows };
    });
    return {
      cursor: null,
      counts: {
        checked: clocks.length,
        'kept in time': clocks.filter(({ late, overdue }) => !late && !overdue).length,
        ...Object.fromEntries(opened.map(({ state, count }) => [`incidents of the period, ${state}`, count])),
      },
      findings: clocks
        .filter(({ late, overdue }) => late || overdue)
        .map(({ id, incident, title, overdue, verified }) => ({
          key: `clock-missed/${id}`,
          kind: 'incident-clock-missed',
          severity: overdue ? ('critical' as const) : ('major' as const),
          subject: { type: 'incident', id: incident },
          statement: `What ${title} demands was ${overdue ? 'not told yet, and its term has passed' : 'told late'}${verified ? '' : ' (by a rule that nobody has reviewed)'}.`,
        })),
    };
  },
};

/** Answers that are owed to people were given in time. */
export const requests: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId, period, now }) {
    return db.forTenant(tenantId, async (tx) => {
      // A database that is migrated no further yet has no requests.
      const known = await tx.query<{ there: boolean }>(
        "select to_regclass('subject_request') is not null as there",
      );
      if (known.rows[0]?.there !== true)
        return {
          cursor: null,
          notChecked: [
            'This database keeps no requests of people, so that their terms could not be checked.',
          ],
        };
      const { rows } = await tx.query<{ id: string; kind: string; late: boolean; overdue: boolean }>(
        `select id, kind, ended_at is not null and ended_at > due_at as late, ended_at is null and due_at < $3 as overdue
           from subject_request where received_at < $2 and (ended_at is null or ended_at >= $1) order by id limit 20000`,
        [period.from, period.to, now],
      );
      return {
        cursor: null,
        counts: { checked: rows.length, ...tallyBy(rows, ({ kind }) => kind) },
        findings: rows
          .filter(({ late, overdue }) => late || overdue)
          .map(({ id, overdue }) => ({
            key: `request-late/${id}`,
            kind: 'request-late',
            severity: overdue ? ('critical' as const) : ('major' as const),
            subject: { type: 'request', id },
            statement: overdue
              ? 'It was not answered yet, and its term has passed.'
              : 'It was answered after its term.',
          })),
      };
    });
  },
};

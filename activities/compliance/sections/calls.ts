import { daysWithCallRecords, listSources } from '../../../recorder-core/records/call-record-imports.ts';
import { tallyCallRecords } from '../../../recorder-core/records/call-records.ts';
import type { AuditSection } from '../section.ts';

const DAY_MS = 86_400_000;

/**
 * What the nightly comparison made of the calls of the period. Its findings are raised there; here it is said how much of
 * the period could be compared at all.
 */
export const calls: AuditSection = {
  looksAtAll: false,
  async step({ db, tenantId, period }) {
    const { sources, tally, days } = await db.forTenant(tenantId, async (tx) => ({
      sources: await listSources(tx),
      tally: await tallyCallRecords(tx, period.from, period.to),
      days: await daysWithCallRecords(tx, period.from, period.to),
    }));
    const all = Math.ceil((Date.parse(period.to) - Date.parse(period.from)) / DAY_MS);
    const pending = tally
      .filter(({ outcome }) => outcome === 'pending')
      .reduce((sum, row) => sum + row.calls, 0);
    return {
      cursor: null,
      counts: Object.fromEntries([
        ['checked', tally.reduce((sum, row) => sum + row.calls, 0) - pending],
        ...tally.map(
          ({ outcome, reason, calls: count }) =>
            [reason === null ? outcome : `${outcome}: ${reason}`, count] as const,
        ),
      ]),
      statements: [
        `Call records have come for ${days.length} of ${all} days, from ${sources.length} sources.`,
      ],
      notChecked: [
        ...(sources.length === 0
          ? ['No source of call records is set up, so that nobody can say whether every call was recorded.']
          : []),
        ...(sources.length > 0 && days.length < all
          ? [
              `For ${all - days.length} days of the period no call record has come; calls of those days could not be compared.`,
            ]
          : []),
        ...(pending > 0 ? [`${pending} calls were not compared yet.`] : []),
      ],
    };
  },
};

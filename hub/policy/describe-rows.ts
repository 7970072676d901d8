import type { ClockDuration } from '../../recorder-core/policy/clock-rows.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';

/** A row of any table of a pack, in words. */
export interface DescribedRow {
  readonly table: string;
  readonly id: string;
  readonly says: string;
  readonly place: string;
  readonly source: string;
  readonly url: string | null;
  readonly asOf: string;
  readonly reviewer: string | null;
  readonly status: 'verified' | 'unverified';
  readonly note: string;
}

/** Every row of a pack for people to read and review, table by table. Pure. */
export function describeRows(pack: VerifiedRulePack): DescribedRow[] {
  return [
    ...pack.consent.map((row) => described('consent', row, row.jurisdiction, saysConsent(row))),
    ...pack.retention.map((row) => described('retention', row, row.jurisdiction, saysRetention(row))),
    ...pack.residency.map((row) =>
      described('residency', row, row.party, `${row.effect} storage in ${row.store.join(', ')}`),
    ),
    ...pack.requestClocks.map((row) =>
      described(
        'request clocks',
        row,
        row.jurisdiction,
        `${row.step} ${row.requests.join(', ')} within ${lengthOf(row.duration)} of ${row.startsAt}${row.extension === null ? '' : `, and ${lengthOf(row.extension)} more with notice`}`,
      ),
    ),
    ...pack.incidentClocks.map((row) =>
      described(
        'incident clocks',
        row,
        row.jurisdiction,
        `${row.duty.replaceAll('-', ' ')} to ${row.recipient} within ${lengthOf(row.duration)} of ${row.startsAt.replaceAll('-', ' ')}`,
      ),
    ),
  ];
}

function described(
  table: string,
  { id, source, url, asOf, reviewer, status, note }: Omit<DescribedRow, 'table' | 'place' | 'says'>,
  place: string,
  says: string,
): DescribedRow {
  return { table, id, says, place, source, url, asOf, reviewer, status, note };
}

function saysConsent(row: VerifiedRulePack['consent'][number]): string {
  const when = [
    row.purposes && `for ${row.purposes.join(', ')}`,
    row.circumstance && `with ${row.circumstance}`,
  ];
  return [row.value, ...when, row.disputed === true ? 'disputed' : undefined].filter(Boolean).join(', ');
}

function saysRetention(row: VerifiedRulePack['retention'][number]): string {
  const of = row.scope.classes === undefined ? 'every recording' : row.scope.classes.join(', ');
  return `${row.mandatory === true ? 'mandatory ' : ''}${row.kind} ${row.period} from ${row.trigger} of ${of}`;
}

function lengthOf({ amount, unit }: ClockDuration): string {
  const name = unit.replace('-', ' ');
  return `${amount} ${amount === 1 ? name.slice(0, -1) : name}`;
}

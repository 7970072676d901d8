import type { AccessRulesView } from '../api/access-alerts.ts';

/** What is typed into the form of what is unusual; numbers stay text until they are sent. */
export interface RulesForm {
  readonly bulk: boolean;
  readonly recordings: string;
  readonly minutes: string;
  readonly hours: boolean;
  readonly zone: string;
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly newCountry: boolean;
  readonly quietHours: string;
}

/** A field that is not as it should be. */
export type RulesField = 'recordings' | 'minutes' | 'zone' | 'days' | 'from' | 'to' | 'quietHours';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const WORKDAYS = [1, 2, 3, 4, 5];

/** The form as it opens: what is in force, and usual values for what is not watched yet. `zone` is where the reader is. */
export function formOf({ bulk, hours, newCountry, quietHours }: AccessRulesView, zone: string): RulesForm {
  return {
    bulk: bulk !== null,
    recordings: String(bulk?.recordings ?? 50),
    minutes: String(bulk?.minutes ?? 60),
    hours: hours !== null,
    zone: hours?.zone ?? zone,
    days: hours?.days ?? WORKDAYS,
    from: hours?.from ?? '07:00',
    to: hours?.to ?? '20:00',
    newCountry,
    quietHours: String(quietHours),
  };
}

/** Fields that cannot be sent as they are; those of what is not watched do not count. */
export function faultsOf(form: RulesForm): ReadonlySet<RulesField> {
  const faults: readonly (readonly [RulesField, boolean])[] = [
    ['recordings', form.bulk && !isWhole(form.recordings, 2, 100_000)],
    ['minutes', form.bulk && !isWhole(form.minutes, 1, 10_080)],
    ['zone', form.hours && form.zone.trim() === ''],
    ['days', form.hours && form.days.length === 0],
    ['from', form.hours && !TIME.test(form.from)],
    ['to', form.hours && !TIME.test(form.to)],
    ['quietHours', !isWhole(form.quietHours, 1, 720)],
  ];
  return new Set(faults.flatMap(([field, wrong]) => (wrong ? [field] : [])));
}

/** What is sent of a form without faults. */
export function rulesOf(form: RulesForm): AccessRulesView {
  return {
    bulk: form.bulk ? { recordings: Number(form.recordings), minutes: Number(form.minutes) } : null,
    hours: form.hours
      ? {
          zone: form.zone.trim(),
          days: form.days.toSorted((one, other) => one - other),
          from: form.from,
          to: form.to,
        }
      : null,
    newCountry: form.newCountry,
    quietHours: Number(form.quietHours),
  };
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

import type { AccessAlertView, AccessRulesView } from '../api/access-alerts.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { locale, plural, t } from '../i18n/t.ts';

/** What was unusual, with its weight in a colour. */
export const ALERT_KINDS: Readonly<
  Record<AccessAlertView['kind'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  bulk: {
    label: t('Many recordings'),
    tone: 'bad',
    meaning: t('One person played or exported many different recordings within a while.'),
  },
  'new-country': {
    label: t('New country'),
    tone: 'warn',
    meaning: t('Somebody signed in from a country that they had not come from before.'),
  },
  'off-hours': {
    label: t('Off hours'),
    tone: 'info',
    meaning: t('Somebody used recordings outside working hours.'),
  },
};

/** Why an alert was raised, with its figure. */
export function whyInWords({ kind, count }: Pick<AccessAlertView, 'kind' | 'count'>): string {
  switch (kind) {
    case 'bulk':
      return plural(count, {
        one: '{{count}} recording played or exported',
        other: '{{count}} different recordings played or exported',
      });
    case 'off-hours':
      return plural(count, {
        one: '{{count}} access outside working hours',
        other: '{{count}} accesses outside working hours',
      });
    case 'new-country':
      return t('Signed in from a country that is new for them');
  }
}

/** Whether somebody took note of it. */
export function stateInWords({ acknowledged }: Pick<AccessAlertView, 'acknowledged'>): {
  readonly label: string;
  readonly tone: Tone;
} {
  return acknowledged === null
    ? { label: t('Nobody took note'), tone: 'warn' }
    : { label: t('Noted'), tone: 'neutral' };
}

/** The name of a country in the language of the page: "DE" reads "Germany". */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: 'region' }).of(code) ?? code;
  } catch {
    return code; // no code of a country
  }
}

/** A day of the week, 1 for Monday to 7 for Sunday, in the language of the page. */
export function weekday(day: number, width: 'long' | 'short' = 'short'): string {
  // 2024-01-01 was a Monday.
  const date = new Date(Date.UTC(2024, 0, day));
  return new Intl.DateTimeFormat(locale(), { weekday: width, timeZone: 'UTC' }).format(date);
}

/** Working hours as they are said: "Mon, Tue, Wed 07:00–20:00 (Europe/Berlin)". */
export function hoursInWords(hours: AccessRulesView['hours']): string {
  if (hours === null) return t('Not watched until you state when people work');
  const days = hours.days.toSorted((one, other) => one - other).map((day) => weekday(day));
  return t('{{days}} {{from}}–{{to}} ({{zone}})', {
    days: days.join(', '),
    from: hours.from,
    to: hours.to,
    zone: hours.zone,
  });
}

import { Select } from '../components/ui/select.tsx';
import { plural, t } from '../i18n/t.ts';

const DAYS = ['30', '90', '180', '365'] as const;

interface DaysChoiceProps {
  readonly days: number;
  readonly onDays: (days: number) => void;
}

/** How long a token or certificate counts. */
export function DaysChoice({ days, onDays }: DaysChoiceProps) {
  return (
    <Select
      label={t('Counts for')}
      value={DAYS.find((each) => Number(each) === days) ?? '90'}
      options={DAYS.map((value) => ({
        value,
        label: plural(Number(value), { one: '{{count}} day', other: '{{count}} days' }),
      }))}
      onValue={(value) => {
        onDays(Number(value));
      }}
    />
  );
}

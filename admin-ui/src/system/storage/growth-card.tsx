import { TrendingUp } from 'lucide-react';
import type { StorageState } from '../../../../hub/api/schemas/storage.ts';
import { Card } from '../../components/ui/card.tsx';
import { localDate } from '../../format/time.ts';
import { byteSize } from '../../format/words.ts';
import { plural, t } from '../../i18n/t.ts';
import { bytesOf, growthOf } from './storage-figures.ts';

const [WIDTH, HEIGHT] = [600, 120];

/** All that is stored, day by day, and how much a day brought. */
export function GrowthCard({ days }: { readonly days: StorageState['days'] }) {
  const growth = growthOf(days);
  const last = days.at(-1);
  return (
    <Card title={t('Growth')} icon={<TrendingUp />} hint={t('All stores together, one measurement a day.')}>
      {growth === undefined || last === undefined ? (
        <p className="text-sm text-quiet">
          {t('The curve begins with the second day: one measurement of each day is kept.')}
        </p>
      ) : (
        <div className="grid gap-2">
          <p className="text-sm">
            {growth.bytesPerDay < 0
              ? plural(
                  growth.days,
                  {
                    one: '{{size}} less since yesterday: more was disposed of than came in.',
                    other: '{{size}} less a day, over {{count}} days: more was disposed of than came in.',
                  },
                  { size: byteSize(Math.round(-growth.bytesPerDay)) },
                )
              : plural(
                  growth.days,
                  {
                    one: '{{size}} more since the day before.',
                    other: '{{size}} more a day, over {{count}} days.',
                  },
                  { size: byteSize(Math.round(growth.bytesPerDay)) },
                )}
          </p>
          <svg
            role="img"
            aria-label={t('Stored volume from {{from}} to {{to}}', {
              from: localDate(days[0]?.day ?? last.day),
              to: localDate(last.day),
            })}
            viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
            preserveAspectRatio="none"
            className="h-30 w-full text-accent"
          >
            <path
              d={curve(days)}
              fill="none"
              stroke="currentColor"
              strokeWidth={2}
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <div className="flex justify-between text-xs text-quiet tabular-nums">
            <span>{localDate(days[0]?.day ?? last.day)}</span>
            <span>
              {localDate(last.day)}, {byteSize(bytesOf(last))}
            </span>
          </div>
        </div>
      )}
    </Card>
  );
}

function curve(days: StorageState['days']): string {
  const from = Date.parse(days[0]?.day ?? '');
  const span = Math.max(1, Date.parse(days.at(-1)?.day ?? '') - from);
  const most = Math.max(1, ...days.map(bytesOf));
  return days
    .map((day, at) => {
      const x = ((Date.parse(day.day) - from) / span) * WIDTH;
      const y = HEIGHT - 4 - (bytesOf(day) / most) * (HEIGHT - 8);
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

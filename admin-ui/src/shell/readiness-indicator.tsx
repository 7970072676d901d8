import { CircleAlert, CircleCheck } from 'lucide-react';
import type { Readiness } from '../../../hub/api/schemas/session.ts';
import { useLive } from '../api/changes/poll-unless-live.ts';
import { useReadiness } from '../api/readiness.ts';
import { cn } from '../components/cn.ts';
import { Popover } from '../components/ui/popover.tsx';
import { t } from '../i18n/t.ts';
import { readinessWords } from './readiness-words.ts';

const DOT = { good: 'bg-ready', warn: 'bg-warn', bad: 'bg-bad', quiet: 'bg-line-strong' } as const;

/** Whether all parts of the product run, with the report behind it. */
export function ReadinessIndicator() {
  const { data, isError } = useReadiness();
  const live = useLive();
  const { tone, text } = readinessWords(data, isError);
  const unready = tone === 'bad' || tone === 'warn';
  return (
    <Popover
      label={t('State of the system')}
      trigger={
        <button
          type="button"
          data-unready={unready || undefined}
          className={cn(
            'flex max-w-full min-w-0 items-start gap-2 rounded-md px-2 py-1.5 text-left text-xs text-quiet hover:bg-sunken',
            // In the bar of a telephone the names of what is missing have a line of their own.
            unready ? 'max-md:order-last max-md:basis-full' : 'max-sm:size-9 max-sm:justify-center',
          )}
        >
          <span aria-hidden className={cn('mt-1 size-2 shrink-0 rounded-full', DOT[tone])} />
          <span
            className={cn(
              'min-w-0 wrap-break-word',
              tone === 'bad' && 'font-medium text-bad',
              // That all is well needs no more than its dot where there is no room for words.
              !unready && 'max-sm:sr-only',
            )}
          >
            {text}
          </span>
        </button>
      }
    >
      <h2 className="text-sm font-semibold">{t('State of the system')}</h2>
      {isError || data === undefined ? (
        <p className="mt-2 text-sm text-quiet">
          {isError
            ? t('The readiness report could not be read. It is asked for again every 15 seconds.')
            : text}
        </p>
      ) : (
        <Report report={data} />
      )}
      <p data-testid="changes-shown" className="mt-2 text-xs text-quiet">
        {live ? t('What changes is shown at once.') : t('What changes is asked for every few seconds.')}
      </p>
    </Popover>
  );
}

function Report({ report }: { readonly report: Readiness }) {
  return (
    <>
      <ul className="mt-2 grid gap-2">
        {report.checks.map((check) => {
          const Icon = check.ok ? CircleCheck : CircleAlert;
          return (
            <li key={check.name} className="flex items-start gap-2 text-sm">
              <Icon
                aria-hidden
                className={cn('mt-0.5 size-4 shrink-0', check.ok ? 'text-good' : 'text-bad')}
              />
              <span className="min-w-0">
                <span className="font-medium">{check.name}</span>
                <span className="sr-only"> {check.ok ? t('is ready') : t('is not ready')}</span>
                <span className="block text-xs break-words text-quiet">{check.detail}</span>
              </span>
            </li>
          );
        })}
      </ul>
      <p className="mt-3 border-t border-line pt-2 text-xs text-quiet">
        {t('Holdfast {{version}}', { version: report.version ?? '' })}
      </p>
    </>
  );
}

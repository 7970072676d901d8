import { Link } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import { useDeliveries } from '../api/deliveries.ts';
import { plural, t } from '../i18n/t.ts';

/** So many are counted; more are said to be more. */
const COUNTED = 200;

/** How much of what was sent again still waits; nothing where nothing does. */
export function ReplayProgress({ connectionId }: { readonly connectionId: string | undefined }) {
  const { data } = useDeliveries({ connectionId, lane: 'replay', state: 'queued', limit: String(COUNTED) });
  const waiting = data?.items.length ?? 0;
  if (waiting === 0) return null;
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 text-sm" data-testid="replay-progress">
      <LoaderCircle aria-hidden className="size-4 animate-spin text-quiet" />
      {data?.nextCursor === undefined
        ? plural(waiting, {
            one: '{{count}} delivery that was sent again still waits.',
            other: '{{count}} deliveries that were sent again still wait.',
          })
        : t('More than {{count}} deliveries that were sent again still wait.', { count: waiting })}
      <Link
        to="/deliveries"
        search={{ ...(connectionId === undefined ? {} : { connectionId }), lane: 'replay', state: 'queued' }}
        className="underline underline-offset-2"
      >
        {t('List them')}
      </Link>
    </p>
  );
}

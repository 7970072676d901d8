import { Link } from '@tanstack/react-router';
import { TimerReset } from 'lucide-react';
import { useMyGrants } from '../api/grants.ts';
import { t } from '../i18n/t.ts';
import { endingFirst, grantInWords, timeLeft } from './grant-words.ts';

/** Says, on every screen, that a right of the reader ends soon, and where to ask for another. */
export function EndingGrantsNotice() {
  const [first, ...others] = endingFirst(useMyGrants().data?.items ?? []);
  if (first === undefined) return null;
  const time = timeLeft(first.untilAt, new Date());
  return (
    <aside
      aria-label={t('Grants that end soon')}
      className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-warn-soft px-3 py-2 text-sm"
      data-testid="ending-grants"
    >
      <TimerReset aria-hidden className="size-4 text-warn" />
      <span>
        {t('A right of yours ends in {{time}}: {{what}}.', { time, what: grantInWords(first) })}{' '}
        {others.length > 0 && t('Others end soon as well.')}
      </span>
      <Link to="/grants/$id" params={{ id: first.id }} className="text-accent underline underline-offset-2">
        {t('Look at it')}
      </Link>
    </aside>
  );
}

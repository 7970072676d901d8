import { Link } from '@tanstack/react-router';
import type { AccessAlertDetail } from '../api/access-alerts.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { plural, t } from '../i18n/t.ts';

/** What somebody touched in the time of an alert, the youngest first, and how much of it the reader may not see. */
export function TouchedInAlert({ alert: { touched, withheld } }: { readonly alert: AccessAlertDetail }) {
  return (
    <>
      {touched.length === 0 && withheld === 0 && (
        <p className="text-sm text-quiet">
          {t('Nothing is known any more: what a person did is forgotten when they are erased.')}
        </p>
      )}
      <ol className="grid max-h-96 gap-2 overflow-y-auto text-sm" data-testid="touched">
        {touched.map((each, index) => (
          <li key={`${each.at} ${String(index)}`} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <span>{codeInWords(each.act.replace('.', ' '))}</span>
            <Thing object={each.object} />
            {each.outcome === 'refused' && <Badge tone="neutral">{t('Refused')}</Badge>}
            <span className="text-quiet">
              <Timestamp instant={each.at} exact />
            </span>
          </li>
        ))}
      </ol>
      {withheld > 0 && (
        <p className="mt-2 text-sm text-quiet">
          {plural(withheld, {
            one: '{{count}} more is about a recording that you may not see.',
            other: '{{count}} more are about recordings that you may not see.',
          })}
        </p>
      )}
    </>
  );
}

function Thing({ object: { type, id } }: Pick<AccessAlertDetail['touched'][number], 'object'>) {
  const look = 'inline-flex min-h-6 items-center font-mono text-xs wrap-anywhere hover:underline';
  if (type === 'recording')
    return (
      <Link to="/recordings/$id" params={{ id }} className={look}>
        {id}
      </Link>
    );
  if (type === 'export')
    return (
      <Link to="/exports/$id" params={{ id }} className={look}>
        {id}
      </Link>
    );
  return null;
}

import { Link } from '@tanstack/react-router';
import type { Touched } from '../../../hub/api/schemas/grant.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { t } from '../i18n/t.ts';

/** What was touched, the youngest first. */
export function TouchedList({ touched }: { readonly touched: readonly Touched[] }) {
  if (touched.length === 0) return <p className="text-sm text-quiet">{t('Nothing yet.')}</p>;
  return (
    <ol className="grid gap-2 text-sm" data-testid="touched">
      {touched.map((each) => (
        <li
          key={`${each.at} ${each.act} ${each.object.id}`}
          className="flex flex-wrap items-center gap-x-2 gap-y-0.5"
        >
          <span>{codeInWords(each.act.replace('.', ' '))}</span>
          <Thing object={each.object} />
          {each.outcome === 'refused' && <Badge tone="neutral">{t('Refused')}</Badge>}
          {each.byThis && <Badge tone="warn">{t('Only by this right')}</Badge>}
          <span className="text-quiet">
            <Timestamp instant={each.at} exact />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Thing({ object: { type, id } }: Pick<Touched, 'object'>) {
  if (type !== 'recording') return <span className="text-quiet">{codeInWords(type)}</span>;
  return (
    <Link
      to="/recordings/$id"
      params={{ id }}
      className="inline-flex min-h-6 items-center font-mono text-xs wrap-anywhere hover:underline"
    >
      {id}
    </Link>
  );
}

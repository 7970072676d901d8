import { PhoneMissed } from 'lucide-react';
import type { CallRecordItem, CallsOverview } from '../../../hub/api/schemas/report.ts';
import { useCallsOverview, useMissingCalls } from '../api/reports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { spokenLength } from '../format/time.ts';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { reasonInWords } from './report-words.ts';

/** Calls that telephone systems tell of against what is recorded: how it stands, and what nobody can explain. */
export function CallsCard() {
  const { data, isPending, error, refetch } = useCallsOverview();
  return (
    <Card
      title={t('Calls against recordings')}
      icon={<PhoneMissed />}
      hint={t('The last 90 days; compared every night')}
    >
      {isPending && <Skeleton className="h-24" />}
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The comparison could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && <Overview overview={data} />}
    </Card>
  );
}

function Overview({ overview: { sources, imports, tally } }: { readonly overview: CallsOverview }) {
  if (sources.length === 0)
    return (
      <p className="max-w-prose text-sm text-quiet">
        <Rich
          text="No telephone system has told of its calls yet, so nobody can say whether every call was recorded. Set up a source with <c>holdfast call-records source</c> and import its call records."
          parts={{ c: <code /> }}
        />
      </p>
    );
  const of = (outcome: CallRecordItem['outcome']) => tally.filter((row) => row.outcome === outcome);
  const count = (outcome: CallRecordItem['outcome']) =>
    of(outcome).reduce((sum, { calls }) => sum + calls, 0);
  const [newest] = imports;
  return (
    <div className="grid gap-4">
      <FactList>
        <Fact name={t('Recorded')}>{count('recorded')}</Fact>
        <Fact name={t('Explained')}>
          {count('explained')}
          <span className="text-quiet">
            {of('explained')
              .map(({ reason, calls }) => `${calls} ${reasonInWords(reason)}`)
              .join(', ')}
          </span>
        </Fact>
        <Fact name={t('Missing')}>
          <Badge tone={count('missing') === 0 ? 'good' : 'bad'}>{count('missing')}</Badge>
        </Fact>
        {count('pending') > 0 && <Fact name={t('Not compared yet')}>{count('pending')}</Fact>}
        {newest !== undefined && (
          <Fact name={t('Newest import')}>
            <span>
              {newest.source}, <Timestamp instant={newest.begunAt} />:{' '}
              {plural(newest.added + newest.changed, {
                one: '{{count}} new or corrected call',
                other: '{{count}} new or corrected calls',
              })}
            </span>
            {newest.refused > 0 && (
              <Badge tone="warn">
                {plural(newest.refused, { one: '{{count}} line refused', other: '{{count}} lines refused' })}
              </Badge>
            )}
          </Fact>
        )}
      </FactList>
      {count('missing') > 0 && <Missing />}
    </div>
  );
}

function Missing() {
  const { data } = useMissingCalls();
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="pb-1 text-left text-xs text-quiet">
          {t('Calls without a recording that nothing explains, newest first')}
        </caption>
        <thead>
          <tr className="border-b border-line text-xs text-quiet">
            <th scope="col" className="py-1 pr-3 font-medium">
              {t('Began')}
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              {t('Source')}
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              {t('Numbers end in')}
            </th>
            <th scope="col" className="py-1 font-medium">
              {t('Length')}
            </th>
          </tr>
        </thead>
        <tbody>
          {data?.items.map((one) => (
            <tr key={one.id} className="border-b border-line last:border-0" data-testid="missing-call">
              <td className="py-1.5 pr-3 whitespace-nowrap">
                <Timestamp instant={one.startedAt} exact />
              </td>
              <td className="py-1.5 pr-3">{one.source}</td>
              <td className="py-1.5 pr-3 whitespace-nowrap tabular-nums">
                {one.fromLast ?? '?'} → {one.toLast ?? '?'}
              </td>
              <td className="py-1.5 whitespace-nowrap">
                {one.durationMs === null ? t('not told') : spokenLength(one.durationMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

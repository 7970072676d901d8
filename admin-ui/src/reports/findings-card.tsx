import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { FindingItem } from '../../../hub/api/schemas/report.ts';
import { useOpenFindings } from '../api/reports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { severityInWords, severityTone } from './report-words.ts';
import { SettleDialog } from './settle-dialog.tsx';

/** What the checks found and nobody has dealt with yet, the next due first. */
export function FindingsCard() {
  const { data, isPending, error, refetch } = useOpenFindings();
  return (
    <Card title={t('Open findings')} icon={<ListChecks />} hint={t('The next due first')} padded={false}>
      {isPending && <Skeleton className="m-4 h-16" />}
      {error !== null && (
        <div className="p-4">
          <ProblemNotice
            error={error}
            title={t('The findings could not be loaded')}
            onRetry={() => void refetch()}
          />
        </div>
      )}
      {data?.items.length === 0 && <p className="p-4 text-sm text-quiet">{t('No finding is open.')}</p>}
      <ul className="divide-y divide-line">
        {data?.items.map((one) => (
          <FindingRow key={one.id} finding={one} />
        ))}
      </ul>
    </Card>
  );
}

function FindingRow({ finding }: { readonly finding: FindingItem }) {
  const [settling, setSettling] = useState(false);
  const overdue = Date.parse(finding.dueAt) < Date.now();
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3 text-sm" data-testid="finding">
      <Badge tone={severityTone(finding.severity)}>{severityInWords(finding.severity)}</Badge>
      <div className="min-w-0 grow basis-72">
        <p>
          <Sentence text={finding.statement} />
        </p>
        <p className="mt-0.5 text-xs text-quiet">
          {finding.subjectType === 'recording' ? (
            <Link to="/recordings/$id" params={{ id: finding.subjectId }} className="underline">
              {t('The recording')}
            </Link>
          ) : (
            <>
              {finding.subjectType.replaceAll('-', ' ')} {finding.subjectId}
            </>
          )}
          {' · '}
          <span className={overdue ? 'font-medium text-bad' : ''}>
            {overdue ? t('was due') : t('due')} <Timestamp instant={finding.dueAt} />
          </span>
          {' · '}
          {finding.owner ?? t('compliance officer')}
        </p>
      </div>
      <ActButton
        act="report.make"
        size="small"
        onClick={() => {
          setSettling(true);
        }}
      >
        {t('Settle…')}
      </ActButton>
      {settling && (
        <SettleDialog
          id={finding.id}
          onClose={() => {
            setSettling(false);
          }}
        />
      )}
    </li>
  );
}

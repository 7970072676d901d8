import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Settings2, SlidersHorizontal } from 'lucide-react';
import { useAccessRules, type AccessRulesView, type StandingAccessRules } from '../api/access-alerts.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { hoursInWords } from './alert-words.ts';
import { RulesDialog } from './rules-dialog.tsx';

/** What the tenant holds for unusual, and the way to change it. */
export function RulesCard() {
  const [changing, setChanging] = useState(false);
  const { data, isPending, error, refetch } = useAccessRules();
  return (
    <Card
      title={t('What is unusual')}
      icon={<SlidersHorizontal />}
      hint={t('It counts for what happens from now on')}
      actions={
        data !== undefined && (
          <>
            <Link
              to="/configuration"
              search={{ kind: 'access-rules', object: 'rules' }}
              className="text-sm text-accent hover:underline"
            >
              {t('Versions')}
            </Link>
            <ActButton
              act="incident.manage"
              size="small"
              onClick={() => {
                setChanging(true);
              }}
            >
              <Settings2 aria-hidden /> {t('Change what is unusual…')}
            </ActButton>
          </>
        )
      }
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('What is unusual could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-20 rounded-lg" />}
      {data !== undefined && <Rules rules={data} />}
      {data?.waiting != null && <Waiting waiting={data.waiting} />}
      {changing && data !== undefined && (
        <RulesDialog
          rules={data}
          onClose={() => {
            setChanging(false);
            // Somebody else may have changed them meanwhile.
            void refetch();
          }}
        />
      )}
    </Card>
  );
}

/** Rules that watch less and wait for a second person. */
function Waiting({ waiting }: { readonly waiting: NonNullable<StandingAccessRules['waiting']> }) {
  return (
    <section
      className="mt-4 grid gap-2 rounded-md border border-line bg-warn-soft p-3"
      aria-label={t('Waits for a second person')}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Badge tone="warn">{t('Waits for a second person')}</Badge>
        <span>
          {waiting.requestedBy}, <Timestamp instant={waiting.requestedAt} />
        </span>
        <Link
          to="/approvals/$id"
          params={{ id: waiting.approvalId }}
          className="text-accent underline-offset-2 hover:underline"
        >
          {t('Open the question')}
        </Link>
      </div>
      <p className="text-sm break-words">{waiting.reason}</p>
      <Rules rules={waiting.rules} />
    </section>
  );
}

function Rules({ rules: { bulk, hours, newCountry, quietHours } }: { readonly rules: AccessRulesView }) {
  return (
    <FactList>
      <Fact name={t('Many recordings')}>
        {bulk === null
          ? t('Not watched')
          : plural(
              bulk.minutes,
              {
                one: '{{recordings}} recordings within {{count}} minute',
                other: '{{recordings}} recordings within {{count}} minutes',
              },
              { recordings: number(bulk.recordings) },
            )}
      </Fact>
      <Fact name={t('Off hours')}>
        {hours === null ? <span className="text-quiet">{hoursInWords(hours)}</span> : hoursInWords(hours)}
      </Fact>
      <Fact name={t('New country')}>
        {newCountry ? t('Watched, as far as countries are known') : t('Not watched')}
      </Fact>
      <Fact name={t('The same of the same person')}>
        {plural(quietHours, {
          one: 'Told once in {{count}} hour',
          other: 'Told once in {{count}} hours',
        })}
      </Fact>
    </FactList>
  );
}

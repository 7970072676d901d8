import { getRouteApi } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { ConsentChangeDetail } from '../../../hub/api/schemas/consent.ts';
import { useConsentChange } from '../api/consent.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { NextStepBar } from '../work-place/next-step-bar.tsx';
import { actionInWords, actionTone, changeInWords, resultsInWords } from './consent-words.ts';

const route = getRouteApi('/signed-in/consent/$id');

/** One change of consent: what was said, and what came of it for each recording, with the rules that decided. */
export function ChangePage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/consent', label: t('Consent') }}
      query={useConsentChange(id)}
      failed={t('The change could not be loaded')}
      missing={{
        title: t('There is no such change of consent'),
        why: t('The link may be mistyped, or the change may belong to another tenant.'),
      }}
    >
      {(change) => <Change change={change} />}
    </DetailPage>
  );
}

function Change({ change }: { readonly change: ConsentChangeDetail }) {
  const done = change.state === 'done';
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={changeInWords(change.kind)}>
          <Badge tone={done ? 'good' : 'info'}>{done ? t('Done') : t('Under way')}</Badge>
        </PageHeader>
        <p className="text-sm text-quiet">
          <Rich text="said <at/>" parts={{ at: <Timestamp instant={change.saidAt} exact /> }} /> ·{' '}
          <Rich text="taken <at/>" parts={{ at: <Timestamp instant={change.askedAt} exact /> }} />
          {change.address !== null && ` · ${change.address}`}
        </p>
        <p className="max-w-prose text-sm break-words">{change.reason}</p>
      </div>
      <NextStepBar
        tone={done ? 'over' : 'waits'}
        title={
          done ? t('Nothing more has to be done') : t('Every recording of the party is being decided again')
        }
      >
        <span>{resultsInWords(change)}</span>
      </NextStepBar>
      <Card
        title={t('What came of it')}
        icon={<ListChecks />}
        hint={change.items.length + change.withheld >= SHOWN ? t('The first 1,000') : undefined}
      >
        {change.items.length + change.withheld === 0 && (
          <p className="text-sm text-quiet">{t('No recording was decided about yet.')}</p>
        )}
        <ul className="grid gap-2 text-sm">
          {change.items.map(({ recordingId, action, ground, rules, keptUntil }) => (
            <li key={recordingId} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <Badge tone={actionTone(action)}>{actionInWords(action)}</Badge>
              <RecordingLinks ids={[recordingId]} first={1} />
              <span className="min-w-0 grow basis-64 break-words text-quiet">
                {ground}
                {keptUntil !== null && (
                  <>
                    {' '}
                    <Rich text="until <at/>" parts={{ at: <Timestamp instant={keptUntil} /> }} />
                  </>
                )}
                <span className="block text-xs">{rules.join(', ')}</span>
              </span>
            </li>
          ))}
        </ul>
        <RecordingLinks ids={[]} first={0} withheld={change.withheld} />
      </Card>
    </>
  );
}

const SHOWN = 1_000;

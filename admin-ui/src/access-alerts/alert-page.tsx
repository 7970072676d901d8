import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { AudioLines, ListChecks, Siren } from 'lucide-react';
import { useAccessAlert, useAcknowledgeAlert, type AccessAlertDetail } from '../api/access-alerts.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { NextStepBar } from '../work-place/next-step-bar.tsx';
import { ALERT_KINDS, countryName, whyInWords } from './alert-words.ts';
import { Kind, State } from './alerts-columns.tsx';
import { TouchedInAlert } from './touched-in-alert.tsx';

const route = getRouteApi('/signed-in/access-alerts/$id');

/** One alert: who, when, why, what was touched, and what somebody made of it. */
export function AlertPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/access-alerts', label: t('Access alerts') }}
      query={useAccessAlert(id)}
      failed={t('The alert could not be loaded')}
      missing={{
        title: t('There is no such alert'),
        why: t('The link may be mistyped, or the alert may belong to another tenant.'),
      }}
    >
      {(alert) => <Alert alert={alert} />}
    </DetailPage>
  );
}

function Alert({ alert }: { readonly alert: AccessAlertDetail }) {
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={alert.person.name}>
          <Kind alert={alert} />
          <State alert={alert} />
        </PageHeader>
        <p className="text-sm text-quiet">
          <Rich text="raised <at/>" parts={{ at: <Timestamp instant={alert.raisedAt} exact /> }} />
        </p>
      </div>
      <Step alert={alert} />
      <div className="grid gap-4 lg:grid-cols-2">
        <WhyCard alert={alert} />
        <Card title={t('What was touched')} icon={<AudioLines />} hint={t('In the time of the alert')}>
          <TouchedInAlert alert={alert} />
        </Card>
      </div>
    </>
  );
}

/** What has to be done, or who did it. */
function Step({ alert }: { readonly alert: AccessAlertDetail }) {
  const [noting, setNoting] = useState(false);
  const acknowledge = useAcknowledgeAlert(alert.id);
  const { acknowledged, own } = alert;
  if (acknowledged !== null)
    return (
      <NextStepBar tone="over" title={t('{{name}} took note', { name: acknowledged.by })}>
        <span className="break-words">{acknowledged.reason}</span>
        <Timestamp instant={acknowledged.at} exact className="text-quiet" />
      </NextStepBar>
    );
  return (
    <>
      <NextStepBar
        tone={own ? 'waits' : 'act'}
        title={t('Somebody has to look into it and say what came of it')}
        actions={
          !own && (
            <ActButton
              act="incident.manage"
              tone="primary"
              data-testid="acknowledge"
              onClick={() => {
                setNoting(true);
              }}
            >
              {t('Take note…')}
            </ActButton>
          )
        }
      >
        {own && <span>{t('This is about what you did, so somebody else has to.')}</span>}
      </NextStepBar>
      {noting && (
        <ReasonDialog
          title={t('Take note of this alert')}
          description={t(
            'Say what came of looking into it. The incident that it opened goes on until it is closed.',
          )}
          act={t('Take note')}
          tone="primary"
          failed={t('Nothing was noted')}
          testId="confirm-acknowledge"
          pending={acknowledge.isPending}
          error={acknowledge.error}
          onReason={(reason) => {
            acknowledge.mutate(
              { reason },
              {
                onSuccess: () => {
                  setNoting(false);
                },
              },
            );
          }}
          onClose={() => {
            setNoting(false);
          }}
        />
      )}
    </>
  );
}

function WhyCard({ alert }: { readonly alert: AccessAlertDetail }) {
  return (
    <Card
      title={t('Why')}
      icon={<ListChecks />}
      actions={
        <Button asChild size="small">
          <Link to="/incidents/$id" params={{ id: alert.incidentId }} data-testid="to-incident">
            <Siren aria-hidden /> {t('Open the incident')}
          </Link>
        </Button>
      }
    >
      <p className="mb-3 text-sm">{ALERT_KINDS[alert.kind].meaning}</p>
      <FactList>
        <Fact name={t('Who')}>
          <Link to="/access-alerts" search={{ person: alert.person.id }} className="hover:underline">
            {alert.person.name}
          </Link>
        </Fact>
        <Fact name={t('Why')}>{whyInWords(alert)}</Fact>
        {alert.kind === 'new-country' && (
          <Fact name={t('From where')}>
            {alert.country === null ? (
              <span className="text-quiet">{t('Not known any more')}</span>
            ) : (
              countryName(alert.country)
            )}
          </Fact>
        )}
        <Fact name={t('From')}>
          <Timestamp instant={alert.from} exact />
        </Fact>
        <Fact name={t('To')}>
          <Timestamp instant={alert.to} exact />
        </Fact>
      </FactList>
    </Card>
  );
}

import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { History, Timer } from 'lucide-react';
import type { GrantDetail } from '../../../hub/api/schemas/grant.ts';
import { useGrant, useRevokeGrant } from '../api/grants.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { queryInWords } from '../matters/query-words.ts';
import { useMay } from '../session/use-may.ts';
import { grantInWords, phaseInWords, receiverInWords, reviewInWords, timeLeft } from './grant-words.ts';
import { TouchedList } from './touched-list.tsx';

const route = getRouteApi('/signed-in/grants/$id');

/** One grant: what it allows, how it came to be, and everything that was touched under it. */
export function GrantPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/grants', label: t('Grants') }}
      query={useGrant(id)}
      failed={t('The grant could not be loaded')}
      missing={{
        title: t('There is no such grant'),
        why: t('The link may be mistyped, or it may belong to another tenant.'),
      }}
    >
      {(grant) => <OneGrant grant={grant} />}
    </DetailPage>
  );
}

function OneGrant({ grant }: { readonly grant: GrantDetail }) {
  const [revoking, setRevoking] = useState(false);
  const manages = useMay('grant.manage');
  const { label, tone } = phaseInWords(grant);
  const review = reviewInWords(grant);
  const canEnd = grant.phase !== 'over' && (grant.own || manages);
  return (
    <>
      <PageHeader title={grantInWords(grant)}>
        <Badge tone={tone}>{label}</Badge>
        {review !== undefined && <Badge tone={review.tone}>{review.label}</Badge>}
        {canEnd && (
          <Button
            tone="danger"
            className="ml-auto"
            data-testid="revoke-grant"
            onClick={() => {
              setRevoking(true);
            }}
          >
            {grant.phase === 'waiting' ? t('Take back…') : t('End it…')}
          </Button>
        )}
      </PageHeader>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title={t('What was given')} icon={<Timer />} hint={t('It ends by itself, to the millisecond')}>
          <Facts grant={grant} />
        </Card>
        <Card
          title={t('Touched')}
          icon={<History />}
          hint={
            grant.kind === 'break-glass'
              ? t('Everything its person did while it lasted; marked is what only this right allowed')
              : t('What only this right allowed')
          }
        >
          <TouchedList touched={grant.touched} />
        </Card>
      </div>
      {revoking && (
        <RevokeDialog
          id={grant.id}
          onClose={() => {
            setRevoking(false);
          }}
        />
      )}
    </>
  );
}

function Facts({ grant }: { readonly grant: GrantDetail }) {
  const { scope, decidedBy, endedAt, endReason, incidentId } = grant;
  return (
    <FactList>
      <Fact name={t('To')}>{receiverInWords(grant)}</Fact>
      <Fact name={grant.kind === 'break-glass' ? t('Ticket') : t('Purpose')}>
        {grant.ticket ?? grant.purpose}
      </Fact>
      <Fact name={t('From')}>
        <Timestamp instant={grant.fromAt} />
      </Fact>
      <Fact name={t('Until')}>
        <Timestamp instant={grant.untilAt} />
        {grant.phase === 'live' && ` (${t('{{time}} left', { time: timeLeft(grant.untilAt, new Date()) })})`}
      </Fact>
      {scope.kind === 'recordings' && (
        <Fact name={t('Recordings')}>
          <ul className="grid gap-0.5">
            {scope.ids.map((id) => (
              <li key={id}>
                <Link
                  to="/recordings/$id"
                  params={{ id }}
                  className="inline-flex min-h-6 items-center font-mono text-xs wrap-anywhere hover:underline"
                >
                  {id}
                </Link>
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {scope.kind === 'query' && <Fact name={t('Query')}>{queryInWords(scope.query).join('; ')}</Fact>}
      <Fact name={t('Asked by')}>
        {grant.requestedBy}, <Timestamp instant={grant.requestedAt} />
      </Fact>
      <Fact name={t('Reason')}>{grant.reason}</Fact>
      {decidedBy !== null && <Fact name={t('Decided by')}>{decidedBy}</Fact>}
      {endedAt !== null && (
        <Fact name={t('Over since')}>
          <Timestamp instant={endedAt} />
          {endReason === null ? '' : `: ${endReason}`}
        </Fact>
      )}
      {incidentId !== null && (
        <Fact name={t('Incident')}>
          <Link to="/incidents/$id" params={{ id: incidentId }} className="hover:underline">
            {t('Open the incident')}
          </Link>
        </Fact>
      )}
    </FactList>
  );
}

function RevokeDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const revoke = useRevokeGrant(id);
  return (
    <ReasonDialog
      title={t('End this right')}
      description={t(
        'What it allows is over at once; playbacks and downloads that run by it end within a second. It does not come back.',
      )}
      act={t('End it')}
      acting={t('Ending…')}
      testId="send-revoke"
      failed={t('It was not ended')}
      pending={revoke.isPending}
      error={revoke.error}
      onReason={(reason) => {
        revoke.mutate({ reason }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}

import { useState } from 'react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import {
  useEndWebhook,
  useWebhook,
  useWebhookAct,
  type EndpointSecret,
  type WebhookEndpointView,
} from '../api/webhooks.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { number, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { MessagesCard } from './messages-card.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { endpointStanding } from './webhook-words.ts';

const route = getRouteApi('/signed-in/webhooks/$id');

/** One endpoint: what it is told, how it verifies, and the log of what it was sent. */
export function WebhookPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/webhooks', label: t('Webhooks') }}
      query={useWebhook(id)}
      failed={t('The endpoint could not be loaded')}
      missing={{
        title: t('There is no such endpoint'),
        why: t('The link may be mistyped, or somebody ended it.'),
      }}
    >
      {(endpoint) => <Shown endpoint={endpoint} />}
    </DetailPage>
  );
}

function Shown({ endpoint }: { readonly endpoint: WebhookEndpointView }) {
  const { label, tone, meaning } = endpointStanding(endpoint);
  return (
    <>
      <PageHeader title={endpoint.name}>
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
        <Acts endpoint={endpoint} />
      </PageHeader>
      <Card title={t('The endpoint')} icon={<KeyRound />}>
        <FactList>
          <Fact name={t('Address')}>
            <span className="break-all">{endpoint.url}</span>
          </Fact>
          <Fact name={t('Told of')}>{endpoint.types.join(', ')}</Fact>
          <Fact name={t('Standing')}>
            {meaning}
            {endpoint.failingSince !== null && (
              <span className="text-quiet">
                {t('failing since')} <Timestamp instant={endpoint.failingSince} />
              </span>
            )}
          </Fact>
          {endpoint.pausedUntil !== null && (
            <Fact name={t('Asked again')}>
              <Timestamp instant={endpoint.pausedUntil} exact />
            </Fact>
          )}
          <Fact name={t('Last day')}>
            {t('{{count}} taken', { count: number(endpoint.messages.sentLastDay) })}
          </Fact>
          <Fact name={t('Verifies with')}>
            {endpoint.publicKeys.length === 0
              ? t('A secret that both sides have')
              : endpoint.publicKeys.map(({ key, until }) => (
                  <span key={key} className="flex items-center gap-1">
                    <ShortCode value={key} what={t('the public key')} />
                    {until !== null && (
                      <span className="text-quiet">
                        {t('until')} <Timestamp instant={until} />
                      </span>
                    )}
                  </span>
                ))}
          </Fact>
          {endpoint.description !== '' && <Fact name={t('For')}>{endpoint.description}</Fact>}
        </FactList>
      </Card>
      <MessagesCard endpoint={endpoint} />
    </>
  );
}

function Acts({ endpoint }: { readonly endpoint: WebhookEndpointView }) {
  const [shown, setShown] = useState<EndpointSecret>();
  const [ending, setEnding] = useState(false);
  const toast = useToast();
  const turn = useWebhookAct(endpoint.id, endpoint.state === 'enabled' ? 'disable' : 'enable');
  const rotate = useWebhookAct<EndpointSecret>(endpoint.id, 'rotate');
  const test = useWebhookAct<unknown>(endpoint.id, 'test');
  const failed = [turn, rotate, test].find(({ isError }) => isError);
  return (
    <>
      {failed !== undefined && <ProblemNotice error={failed.error} title={t('It stays as it is')} />}
      <ActButton
        act="connection.manage"
        onClick={() => {
          test.mutate(undefined, {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('A test event is on its way'),
                detail: t('See the log below.'),
              });
            },
          });
        }}
      >
        {t('Send a test')}
      </ActButton>
      <ActButton
        act="connection.manage"
        onClick={() => {
          if (!rotate.isPending) rotate.mutate(undefined, { onSuccess: setShown });
        }}
      >
        {t('New key')}
      </ActButton>
      <ActButton
        act="connection.manage"
        onClick={() => {
          if (!turn.isPending) turn.mutate(endpoint.state === 'enabled' ? undefined : {});
        }}
      >
        {endpoint.state === 'enabled' ? t('Disable') : t('Enable')}
      </ActButton>
      <ActButton
        act="connection.manage"
        tone="quiet"
        onClick={() => {
          setEnding(true);
        }}
      >
        {t('End it')}
      </ActButton>
      {shown !== undefined && (
        <SecretDialog
          endpoint={shown}
          onClose={() => {
            setShown(undefined);
          }}
        />
      )}
      {ending && (
        <EndDialog
          endpoint={endpoint}
          onClose={() => {
            setEnding(false);
          }}
        />
      )}
    </>
  );
}

function EndDialog({
  endpoint,
  onClose,
}: {
  readonly endpoint: WebhookEndpointView;
  readonly onClose: () => void;
}) {
  const end = useEndWebhook(endpoint.id);
  const navigate = useNavigate();
  return (
    <FormDialog
      title={t('End {{name}}', { name: endpoint.name })}
      description={t(
        'It is told nothing any more, and its log and keys are gone. What it was told stays in the ledger.',
      )}
      ready
      pending={end.isPending}
      tone="danger"
      act={t('End it')}
      onSubmit={() => {
        end.mutate(undefined, {
          onSuccess: () => {
            void navigate({ to: '/webhooks' });
          },
        });
      }}
      onClose={onClose}
    >
      {end.isError && <ProblemNotice error={end.error} title={t('It stays as it is')} />}
      <></>
    </FormDialog>
  );
}

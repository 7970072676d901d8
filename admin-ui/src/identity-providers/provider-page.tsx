import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { FlaskConical, Link2 } from 'lucide-react';
import type { ProviderDetail } from '../../../hub/api/schemas/identity-provider.ts';
import { queryString } from '../api/client.ts';
import { useActOnProvider, useProvider } from '../api/identity-providers.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeProviderDialog } from './change-provider-dialog.tsx';
import { addressesToTell, kindInWords, stateInWords } from './provider-words.ts';
import { SecretDialog } from './secret-dialog.tsx';

const route = getRouteApi('/signed-in/identity-providers/$id');

/** One provider: what its own side has to know, what its newest test brought, and the way from a draft to live. */
export function ProviderPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/identity-providers', label: t('Identity providers') }}
      query={useProvider(id)}
      failed={t('The provider could not be loaded')}
      missing={{
        title: t('There is no such provider'),
        why: t('The link may be mistyped, or it may belong to another tenant.'),
      }}
    >
      {(provider) => <Provider provider={provider} />}
    </DetailPage>
  );
}

function Provider({ provider }: { readonly provider: ProviderDetail }) {
  const { label, tone } = stateInWords(provider.state);
  return (
    <>
      <PageHeader title={provider.name}>
        <Badge tone={tone}>{label}</Badge>
        <Acts provider={provider} />
      </PageHeader>
      <Card
        title={t('Tell the provider')}
        icon={<Link2 />}
        hint={t('What its own side has to know of Holdfast')}
      >
        <FactList>
          <Fact name={t('Protocol')}>{kindInWords(provider.kind)}</Fact>
          <Fact name={t('E-mail domains')}>{provider.domains.join(', ') || t('None: by its link only')}</Fact>
          <Fact name={t('Secret')}>{provider.hasSecret ? t('Given, and sealed') : t('Not given yet')}</Fact>
          {addressesToTell(provider).map(([name, address]) => (
            <Fact key={name} name={name}>
              <code className="min-w-0 font-mono text-xs break-all">{address}</code>
              <CopyButton text={address} what={name.toLowerCase()} />
            </Fact>
          ))}
        </FactList>
      </Card>
      <TestCard provider={provider} />
    </>
  );
}

function Acts({ provider }: { readonly provider: ProviderDetail }) {
  const [asking, setAsking] = useState<'change' | 'secret'>();
  const move = useActOnProvider(provider.id, '/state');
  const live = provider.state === 'live';
  const reference = new URL(provider.addresses.start).searchParams.get('provider') ?? '';
  const close = () => {
    setAsking(undefined);
  };
  return (
    <div className="ml-auto flex flex-wrap gap-2">
      {move.isError && <ProblemNotice error={move.error} title={t('The provider was not moved')} />}
      <ActButton
        act="identity-provider.manage"
        data-testid="change-provider"
        onClick={() => {
          setAsking('change');
        }}
      >
        {t('Change…')}
      </ActButton>
      <ActButton
        act="identity-provider.manage"
        onClick={() => {
          setAsking('secret');
        }}
      >
        {t('Give secret…')}
      </ActButton>
      {provider.state !== 'off' && (
        <ActButton
          act="identity-provider.manage"
          data-testid="test-provider"
          onClick={() => {
            window.location.assign(`/auth/start${queryString({ provider: reference, test: '1' })}`);
          }}
        >
          {t('Test sign-in')}
        </ActButton>
      )}
      <ActButton
        act="identity-provider.manage"
        tone={live ? 'danger' : 'primary'}
        disabled={move.isPending || (!live && !provider.tested)}
        data-testid="move-provider"
        onClick={() => {
          move.mutate({ state: live ? 'off' : 'live' });
        }}
      >
        {live ? t('Switch off') : t('Open to people')}
      </ActButton>
      {asking === 'change' && <ChangeProviderDialog provider={provider} onClose={close} />}
      {asking === 'secret' && <SecretDialog id={provider.id} kind={provider.kind} onClose={close} />}
    </div>
  );
}

function TestCard({ provider: { lastTest, testedAt, tested } }: { readonly provider: ProviderDetail }) {
  return (
    <Card
      title={t('Newest test')}
      icon={<FlaskConical />}
      hint={t('What came, and the role that it would give')}
    >
      {lastTest === null || testedAt === null ? (
        <p className="text-sm text-quiet">
          {t('Not tested yet. A test sign-in changes nobody and begins no session.')}
        </p>
      ) : (
        <FactList>
          <Fact name={t('At')}>
            <Timestamp instant={testedAt} />
            {!tested && <Badge tone="warn">{t('Changed since: test again')}</Badge>}
          </Fact>
          <Fact name={t('Role')}>
            {lastTest.answer.role === null ? t('None: may not sign in') : roleInWords(lastTest.answer.role)}
            {lastTest.answer.rule !== null && (
              <span className="text-quiet">{t('rule {{rule}}', { rule: lastTest.answer.rule })}</span>
            )}
            {lastTest.answer.fault}
          </Fact>
          <Fact name={t('Person')}>
            {lastTest.person.name ?? t('No name')}, {lastTest.person.email ?? t('no e-mail address')}
          </Fact>
          <Fact name={t('Groups')}>{lastTest.person.groups.join(', ') || t('None')}</Fact>
          <Fact name={t('Department')}>{lastTest.person.department ?? t('Not sent')}</Fact>
          <Fact name={t('Class of sign-in')}>{lastTest.acr ?? t('Not sent')}</Fact>
          {Object.entries(lastTest.person.attributes).map(([name, values]) => (
            <Fact key={name} name={name}>
              <span className="font-mono text-xs break-all">{values.join(', ')}</span>
            </Fact>
          ))}
        </FactList>
      )}
    </Card>
  );
}

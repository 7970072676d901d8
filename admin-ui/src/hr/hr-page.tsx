import { Link } from '@tanstack/react-router';
import { Contact, MessageSquareText, ShieldX } from 'lucide-react';
import { useDirectories, type Directories } from '../api/directories.ts';
import { useServiceAccounts } from '../api/service-accounts.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { CONNECTION_STATES } from '../connections/connection-words.ts';
import { codeInWords } from '../format/words.ts';
import { number, t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';

const link = 'underline underline-offset-2';

/** How people come in from elsewhere: directories push them by SCIM, HR systems send what happened. */
export function HrPage() {
  const { data, isPending, error, refetch } = useDirectories();
  return (
    <>
      <PageHeader title={t('Directories')} />
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The directories could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && (
        <>
          <ScimCard scim={data.scim} />
          <RefusedCard refused={data.scim.refused} />
          <HrSystemsCard systems={data.hr} />
        </>
      )}
    </>
  );
}

function ScimCard({ scim }: { readonly scim: Directories['scim'] }) {
  const { url, users, groups, lastChangedAt } = scim;
  return (
    <Card
      title={t('Pushed by SCIM')}
      icon={<Contact />}
      hint={t('Entra ID, Okta, and whatever else speaks SCIM 2.0')}
    >
      <FactList>
        <Fact name={t('Address')}>
          <code className="text-xs break-all">{url}</code>
          <CopyButton text={url} what={t('the address')} />
        </Fact>
        <Fact name={t('Token')}>
          <Link to="/service-tokens" className={link}>
            {t('A service token with the scope scim')}
          </Link>
        </Fact>
        <Fact name={t('Pushed so far')}>
          {t('{{users}} people, {{groups}} groups', { users: number(users), groups: number(groups) })}
        </Fact>
        <Fact name={t('Last change')}>
          {lastChangedAt === null ? t('None yet') : <Timestamp instant={lastChangedAt} exact />}
        </Fact>
      </FactList>
    </Card>
  );
}

function RefusedCard({ refused }: { readonly refused: Directories['scim']['refused'] }) {
  const mayName = useMay('service.read');
  if (refused.length === 0) return null;
  return (
    <Card
      title={t('Refused changes')}
      icon={<ShieldX />}
      hint={t('What a directory asked for and did not get; somebody may keep access by it who should not')}
    >
      <ul className="grid gap-1.5 text-sm">
        {refused.map(({ at, accountId, reason }) => (
          <li key={`${at}/${accountId}/${reason}`} className="flex flex-wrap items-center gap-2">
            <Badge tone="bad">{codeInWords(reason)}</Badge>
            {mayName ? <AccountName id={accountId} /> : <code className="text-xs">{accountId}</code>}
            <Timestamp instant={at} exact className="text-quiet" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function AccountName({ id }: { readonly id: string }) {
  const name = useServiceAccounts().data?.items.find((account) => account.id === id)?.name;
  return name === undefined ? <code className="text-xs">{id}</code> : <span>{name}</span>;
}

function HrSystemsCard({ systems }: { readonly systems: Directories['hr'] }) {
  const mayManage = useMay('connection.manage');
  return (
    <Card
      title={t('HR systems')}
      icon={<MessageSquareText />}
      hint={t('They send what happened; a mapping says what it means')}
      actions={
        mayManage && (
          <Button asChild size="small">
            <Link to="/connections/new" search={{ connector: 'webhook' }}>
              {t('Connect an HR system')}
            </Link>
          </Button>
        )
      }
    >
      {systems.length === 0 ? (
        <EmptyState icon={<MessageSquareText />} title={t('No HR system sends anything')}>
          {t(
            'Connect one as signed webhooks that accept hr.reported, then give it a mapping: BambooHR, Workday and SAP SuccessFactors have one to begin with.',
          )}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 text-sm">
          {systems.map((system) => (
            <System key={system.connectionId} system={system} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function System({ system }: { readonly system: Directories['hr'][number] }) {
  const { connectionId, name, state, eventsUrl, mappingSetAt } = system;
  const { label, tone } = CONNECTION_STATES[state as keyof typeof CONNECTION_STATES];
  return (
    <li className="grid gap-1 border-b border-line pb-3 last:border-0 last:pb-0">
      <span className="flex flex-wrap items-center gap-2">
        <Link to="/connections/$id" params={{ id: connectionId }} className="font-medium hover:underline">
          {name}
        </Link>
        <Badge tone={tone}>{label}</Badge>
        <Link to="/hr/$id" params={{ id: connectionId }} className={link} data-testid="hr-mapping-link">
          {mappingSetAt === null ? t('Write its mapping') : t('Its mapping')}
        </Link>
        {mappingSetAt === null ? (
          <span className="text-quiet">{t('sends by Standard Webhooks')}</span>
        ) : (
          <span className="text-quiet">
            {t('set')} <Timestamp instant={mappingSetAt} />
          </span>
        )}
      </span>
      {eventsUrl !== null && <code className="text-xs break-all text-quiet">{eventsUrl}</code>}
    </li>
  );
}

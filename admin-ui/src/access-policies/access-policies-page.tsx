import { Link } from '@tanstack/react-router';
import { KeyRound, Plus, ShieldCheck } from 'lucide-react';
import { useAccessPolicies, useShippedPolicies } from '../api/access-policies.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { stateInWords } from './access-policy-words.ts';

/** Our own policies of access in their versions, and those that everybody has. */
export function AccessPoliciesPage() {
  const mayManage = useMay('access-policy.manage');
  return (
    <>
      <PageHeader title={t('Access policies')}>
        {mayManage && (
          <Button asChild tone="primary" className="ml-auto">
            <Link to="/access-policies/$version" params={{ version: 'new' }}>
              <Plus aria-hidden /> {t('New version')}
            </Link>
          </Button>
        )}
      </PageHeader>
      <div className="grid gap-4">
        <VersionsCard />
        <ShippedCard />
      </div>
    </>
  );
}

function VersionsCard() {
  const { data, isPending, error, refetch } = useAccessPolicies();
  return (
    <Card title={t('Our own policies')} hint={t('Added to those that everybody has')} icon={<KeyRound />}>
      {error !== null && (
        <ProblemNotice error={error} title={t('They could not be loaded')} onRetry={() => void refetch()} />
      )}
      {isPending && <Skeleton className="h-24" />}
      {data?.items.length === 0 && (
        <EmptyState icon={<KeyRound />} title={t('No policies of our own')}>
          {t('Roles, walls and step-up decide as they come with the product.')}
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {data?.items.map(({ version, state, note, repeats, madeBy, madeAt, publishedBy, publishedAt }) => (
          <li key={version} className="grid gap-1 text-sm" data-testid="access-policy-version">
            <div className="flex flex-wrap items-center gap-2">
              <Link
                to="/access-policies/$version"
                params={{ version: String(version) }}
                className="font-medium text-accent hover:underline"
              >
                {t('Version {{version}}', { version })}
              </Link>
              <Badge tone={stateInWords(state).tone}>{stateInWords(state).label}</Badge>
              <span className="text-quiet">
                <Rich
                  text="<at/> by {{person}}"
                  values={{ person: madeBy }}
                  parts={{ at: <Timestamp instant={madeAt} /> }}
                />
                {repeats !== null && t(', the text of version {{version}} again', { version: repeats })}
              </span>
              {publishedAt !== null && (
                <span className="text-quiet">
                  <Rich
                    text="· published <at/> with {{person}}"
                    values={{ person: publishedBy ?? '' }}
                    parts={{ at: <Timestamp instant={publishedAt} /> }}
                  />
                </span>
              )}
            </div>
            <p>{note}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ShippedCard() {
  const { data, error } = useShippedPolicies();
  const further = data?.policies.filter(({ id }) => !id.startsWith('access/'));
  return (
    <Card
      title={t('What everybody has')}
      hint={t('Roles, walls, restriction, residency and step-up; nobody can take them away')}
      icon={<ShieldCheck />}
    >
      {error !== null && <ProblemNotice error={error} title={t('They could not be loaded')} />}
      <ul className="grid gap-1.5 text-sm">
        {further?.map(({ id, says, text }) => (
          <li key={id}>
            <details>
              <summary className="cursor-pointer">
                <code className="text-xs text-quiet">{id}</code> {says}
              </summary>
              <pre className="mt-1 overflow-x-auto rounded-md bg-sunken p-3 text-xs">{text}</pre>
            </details>
          </li>
        ))}
      </ul>
      {data !== undefined && (
        <details className="mt-3 text-sm">
          <summary className="cursor-pointer text-quiet">
            {t('The types that policies are checked against')}
          </summary>
          <pre className="mt-1 overflow-x-auto rounded-md bg-sunken p-3 text-xs">{data.schema}</pre>
        </details>
      )}
    </Card>
  );
}

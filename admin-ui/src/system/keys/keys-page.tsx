import { KeyRound, Server } from 'lucide-react';
import type { KeyState } from '../../../../hub/api/schemas/keys.ts';
import { useKeys } from '../../api/keys.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ShortCode } from '../../components/short-code.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { Rich } from '../../i18n/rich.tsx';
import { plural, t } from '../../i18n/t.ts';
import { PeriodsCard } from './periods-card.tsx';
import { ScopesCard } from './scopes-card.tsx';

/** The keys under which everything is encrypted: where they are, what they wrap, and which are to go. No key is shown. */
export function KeysPage() {
  const { data, isPending, error, refetch } = useKeys();
  return (
    <>
      <PageHeader title={t('Keys')} />
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The keys could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="grid gap-4">
          <ProviderCard keys={data} />
          <RootsCard keys={data} />
          <PeriodsCard periods={data.periods} />
          <ScopesCard scopes={data.scopes} />
        </div>
      )}
    </>
  );
}

function ProviderCard({ keys: { provider, health, current } }: { readonly keys: KeyState }) {
  return (
    <Card
      title={t('Key provider')}
      icon={<Server />}
      actions={<Badge tone={health.ok ? 'good' : 'bad'}>{health.ok ? t('Works') : t('Does not work')}</Badge>}
    >
      <div className="grid gap-3 text-sm">
        <p className="break-words">{health.message}</p>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <dt className="text-quiet">{t('Provider')}</dt>
          <dd className="break-all">{provider}</dd>
          <dt className="text-quiet">{t('Current root key')}</dt>
          <dd>
            {current === null ? t('Not known') : <ShortCode value={current} what={t('root key')} fill />}
          </dd>
        </dl>
        <p className="text-quiet">
          <Rich
            text="Root keys never leave the provider. They are rotated with <c>holdfast keys rotate</c>, and a period of keys is closed with <c>holdfast keys close-period</c> or by its schedule: what destroys keys is asked for where the provider is, and not from here."
            parts={{ c: <code className="font-mono text-xs" /> }}
          />
        </p>
      </div>
    </Card>
  );
}

function RootsCard({ keys: { roots, recorders, current } }: { readonly keys: KeyState }) {
  return (
    <Card
      title={t('Root keys')}
      icon={<KeyRound />}
      hint={t('What each wraps of this tenant. An older one goes once nothing is left under it.')}
    >
      {roots.length === 0 && <p className="text-sm text-quiet">{t('Nothing is wrapped yet.')}</p>}
      <ul className="grid gap-2.5">
        {roots.map((root) => (
          <li
            key={`${root.provider} ${root.root}`}
            className="grid gap-0.5 border-b border-line pb-2.5 text-sm last:border-0 last:pb-0"
          >
            <div className="flex flex-wrap items-center gap-2">
              <ShortCode value={root.root} what={t('root key')} fill />
              {root.current && <Badge tone="good">{t('Wraps now')}</Badge>}
              {!root.current && current !== null && <Badge>{t('Opens what it wrapped')}</Badge>}
            </div>
            <p className="text-xs text-quiet tabular-nums">
              {[
                plural(root.keks, {
                  one: '{{count}} key-encryption key',
                  other: '{{count}} key-encryption keys',
                }),
                plural(root.credentials, { one: '{{count}} credential', other: '{{count}} credentials' }),
                plural(root.secrets, { one: '{{count}} master secret', other: '{{count}} master secrets' }),
              ].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      {recorders.length > 0 && (
        <div className="mt-3 border-t border-line pt-3">
          <h3 className="mb-2 text-sm font-medium">{t('Recorders that use root keys')}</h3>
          <ul className="grid gap-1.5 text-sm">
            {recorders.map(({ node, roots: used, at }) => (
              <li key={node} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{node}</span>
                {used === null && <span className="text-quiet">{t('has not said yet which')}</span>}
                {used?.length === 0 && <span className="text-quiet">{t('none at the moment')}</span>}
                {used?.map((root) => (
                  <ShortCode key={root} value={root} what={t('root key')} />
                ))}
                {at !== null && <Timestamp instant={at} exact className="text-xs text-quiet" />}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

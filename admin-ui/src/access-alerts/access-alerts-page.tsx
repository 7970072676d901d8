import { getRouteApi } from '@tanstack/react-router';
import { ShieldAlert, X } from 'lucide-react';
import { useAccessAlerts } from '../api/access-alerts.ts';
import { useSession } from '../api/session.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { refusal, useMay } from '../session/use-may.ts';
import { ALERT_KINDS } from './alert-words.ts';
import { ALERTS_COLUMNS } from './alerts-columns.tsx';
import { alertQueryOf, parseAlertsSearch, type AlertsSearch } from './alerts-search.ts';
import { RulesCard } from './rules-card.tsx';

const route = getRouteApi('/signed-in/access-alerts');

/** Who used their access in an unusual way, and what the tenant holds for unusual. */
export function AccessAlertsPage() {
  const may = useMay('incident.read');
  const { user } = useSession();
  return (
    <>
      <PageHeader title={t('Access alerts')} />
      {may ? (
        <>
          <Alerts />
          <RulesCard />
        </>
      ) : (
        <p className="text-sm text-quiet">{refusal(user.role, 'incident.read')}</p>
      )}
    </>
  );
}

function Alerts() {
  const search = route.useSearch();
  const { data, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useAccessAlerts(
    alertQueryOf(search),
  );
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Filters search={search} />
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The alerts could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {items.length === 0 ? (
            <Nothing narrowed={Object.keys(search).length > 0} />
          ) : (
            <DataTable
              caption={t('Alerts of unusual access, the youngest first')}
              columns={ALERTS_COLUMNS}
              rows={items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      {hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? t('Loading…') : t('Earlier alerts')}
        </Button>
      )}
    </>
  );
}

function Nothing({ narrowed }: { readonly narrowed: boolean }) {
  if (narrowed)
    return (
      <EmptyState icon={<ShieldAlert />} title={t('No alert matches')}>
        {t('Choose fewer filters to see others.')}
      </EmptyState>
    );
  return (
    <EmptyState icon={<ShieldAlert />} title={t('Nothing unusual yet')}>
      {t(
        "Everybody's use of recordings is looked at within seconds: many recordings at once, use outside working hours, a sign-in from a new country. What is unusual stands here and opens an incident; nobody is blocked by it.",
      )}
    </EmptyState>
  );
}

function Filters({ search }: { readonly search: AlertsSearch }) {
  const navigate = route.useNavigate();
  const set = (change: Readonly<Record<string, string | undefined>>) => {
    void navigate({
      to: '/access-alerts',
      search: parseAlertsSearch({ ...search, ...change }),
      replace: true,
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-2" role="search">
      <Select
        label={t('What was unusual')}
        value={search.kind ?? 'any'}
        options={[
          { value: 'any', label: t('Anything unusual') },
          { value: 'bulk', label: ALERT_KINDS.bulk.label },
          { value: 'off-hours', label: ALERT_KINDS['off-hours'].label },
          { value: 'new-country', label: ALERT_KINDS['new-country'].label },
        ]}
        onValue={(kind) => {
          set({ kind });
        }}
      />
      <Select
        label={t('Whether somebody took note')}
        value={search.state ?? 'any'}
        options={[
          { value: 'any', label: t('Noted or not') },
          { value: 'open', label: t('Nobody took note') },
          { value: 'noted', label: t('Noted') },
        ]}
        onValue={(state) => {
          set({ state });
        }}
      />
      {search.person !== undefined && (
        <Button
          onClick={() => {
            set({ person: undefined });
          }}
        >
          {t('One person only')} <X aria-hidden />
        </Button>
      )}
    </div>
  );
}

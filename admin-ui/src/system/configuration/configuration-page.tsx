import { getRouteApi, Link } from '@tanstack/react-router';
import { FileCode2 } from 'lucide-react';
import { useConfiguration } from '../../api/configuration.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { t } from '../../i18n/t.ts';
import { KINDS, type ConfigurationPageSearch } from './configuration-search.ts';
import { KIND_WORDS } from './configuration-words.ts';
import { DiffCard } from './diff-card.tsx';
import { DriftCard } from './drift-card.tsx';
import { HistoryList } from './history-list.tsx';

const route = getRouteApi('/signed-in/configuration');

/** Everything that is configured: who changed what, when and why, what differs, and the way back. */
export function ConfigurationPage() {
  const search: ConfigurationPageSearch = route.useSearch();
  const navigate = route.useNavigate();
  const { kind, object, version, from } = search;
  const history = useConfiguration({
    ...(kind === undefined ? {} : { kind }),
    ...(object === undefined || version !== undefined ? {} : { objectId: object }),
  });
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const hidden = history.data?.pages[0]?.hidden ?? [];
  return (
    <>
      <PageHeader title={t('Configuration')}>
        <Button asChild className="ml-auto">
          <Link to="/configuration/file">
            <FileCode2 aria-hidden /> {t('Configuration file')}
          </Link>
        </Button>
        <Select
          label={t('Which kind')}
          value={kind ?? ''}
          options={[
            { value: '', label: t('Everything') },
            ...KINDS.filter((one) => !hidden.includes(one)).map((value) => ({
              value,
              label: KIND_WORDS[value],
            })),
          ]}
          onValue={(value) => {
            void navigate({ search: value === '' ? {} : { kind: value } });
          }}
        />
      </PageHeader>
      {kind !== undefined && object !== undefined && version !== undefined && (
        <DiffCard
          key={`${kind} ${object} ${version} ${from ?? ''}`}
          compared={{ kind, objectId: object, version, from }}
        />
      )}
      <DriftCard />
      {history.isError && (
        <ProblemNotice
          error={history.error}
          title={t('The history could not be loaded')}
          onRetry={() => void history.refetch()}
        />
      )}
      {history.isPending && <Skeleton className="h-40 rounded-lg" />}
      {history.data !== undefined && <HistoryList entries={entries} open={search} />}
      {history.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('Show earlier versions')}
        </Button>
      )}
      {hidden.length > 0 && (
        <p className="text-sm text-quiet">
          {t('Not shown, because you may not read it: {{kinds}}.', {
            kinds: hidden.map((one) => KIND_WORDS[one]).join(', '),
          })}
        </p>
      )}
    </>
  );
}

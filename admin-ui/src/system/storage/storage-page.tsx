import { RefreshCw } from 'lucide-react';
import type { StorageState } from '../../../../hub/api/schemas/storage.ts';
import { useMeasureStorage, useStorage } from '../../api/storage.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { t } from '../../i18n/t.ts';
import { ObjectStoreCard } from '../../live/object-store-card.tsx';
import { GrowthCard } from './growth-card.tsx';
import { SizingCard } from './sizing-card.tsx';
import { VolumeCard } from './volume-card.tsx';

/** What is stored where, how it grows, whether the store keeps its promises, and what more traffic would need. */
export function StoragePage() {
  const { data, isPending, error, refetch } = useStorage();
  return (
    <>
      <PageHeader title={t('Storage')}>{data !== undefined && <Measured storage={data} />}</PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The storage could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="grid gap-4">
          <VolumeCard storage={data} />
          <GrowthCard days={data.days} />
          <ObjectStoreCard />
          <SizingCard key={data.measuredAt} traffic={data.traffic} />
        </div>
      )}
    </>
  );
}

function Measured({ storage: { measuredAt } }: { readonly storage: StorageState }) {
  const measure = useMeasureStorage();
  return (
    <div className="ml-auto flex flex-wrap items-center gap-3">
      {measure.isError && <span className="text-sm text-bad">{measure.error.message}</span>}
      <span className="text-sm text-quiet">
        {measuredAt === null ? (
          t('Not measured yet')
        ) : (
          <>
            {t('Measured')} <Timestamp instant={measuredAt} />
          </>
        )}
      </span>
      <Button
        size="small"
        data-testid="measure-storage"
        disabled={measure.isPending}
        onClick={() => {
          measure.mutate();
        }}
      >
        <RefreshCw aria-hidden /> {measure.isPending ? t('Measuring…') : t('Measure now')}
      </Button>
    </div>
  );
}

import { lazy, Suspense, useMemo } from 'react';
import { Workflow } from 'lucide-react';
import type { RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import { useLineage } from '../../api/lineage.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { t } from '../../i18n/t.ts';
import { LineageList } from './lineage-list.tsx';
import { lineageNodes } from './lineage-nodes.ts';

/** Half of the page's code is the graph, and not every reader looks at it. */
const LineageGraph = lazy(() => import('./lineage-graph.tsx'));

/** What was captured, what was made of it, and where it went: as a graph, and as a list for readers and phones. */
export function LineageCard({ recording }: { readonly recording: RecordingDetail }) {
  const { data, error } = useLineage(recording.id);
  const nodes = useMemo(() => lineageNodes(recording, data), [recording, data]);
  return (
    <Card
      title={t('Lineage')}
      icon={<Workflow />}
      hint={t('From the call to what was made of it and where it went.')}
    >
      <div className="grid gap-4">
        {error !== null && <ProblemNotice error={error} title={t('Where it went could not be loaded')} />}
        <div aria-hidden className="hidden md:block">
          <Suspense fallback={<Skeleton className="h-72" />}>
            <LineageGraph nodes={nodes} />
          </Suspense>
        </div>
        <details className="md:text-sm" open={globalThis.matchMedia('(max-width: 767px)').matches}>
          <summary className="w-fit text-sm text-quiet hover:text-ink">{t('The same as a list')}</summary>
          <LineageList nodes={nodes} />
        </details>
        {data?.exports === null && (
          <p className="text-sm text-quiet">{t('Exports are not shown: you may not read them.')}</p>
        )}
      </div>
    </Card>
  );
}

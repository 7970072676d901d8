import { getRouteApi } from '@tanstack/react-router';
import { useDisposalRun } from '../api/disposals.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { t } from '../i18n/t.ts';
import { RunEntry } from './run-entry.tsx';

const route = getRouteApi('/signed-in/disposals/runs/$id');

/** One run of disposals by itself, for whoever is asked to agree to it. */
export function RunPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/disposals', label: t('Disposals') }}
      query={useDisposalRun(id)}
      failed={t('The run could not be loaded')}
      missing={{
        title: t('There is no such run'),
        why: t('The link may be mistyped, or the run may belong to another tenant.'),
      }}
    >
      {(run) => (
        <>
          <PageHeader title={t('Disposal run')} />
          <ul className="rounded-lg border border-line bg-surface">
            <RunEntry run={run} open />
          </ul>
        </>
      )}
    </DetailPage>
  );
}

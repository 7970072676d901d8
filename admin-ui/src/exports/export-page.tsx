import { getRouteApi } from '@tanstack/react-router';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { useExport } from '../api/exports.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { BundleCard } from './bundle-card.tsx';
import { DecisionNotice } from './decision-notice.tsx';
import { ExportBadge } from './export-badge.tsx';
import { FetchesCard } from './fetches-card.tsx';
import { LinkCard } from './link-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { plural, t } from '../i18n/t.ts';
import { Rich } from '../i18n/rich.tsx';

const route = getRouteApi('/signed-in/exports/$id');

/** Everything about one export: what, for whom, who agreed, the bundle, the link, and what was fetched. */
export function ExportPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/exports', label: t('Exports') }}
      query={useExport(id)}
      failed={t('The export could not be loaded')}
      missing={{
        title: t('There is no such export'),
        why: t('The link may be mistyped, or the export may belong to another tenant.'),
      }}
    >
      {(entry) => <Export entry={entry} />}
    </DetailPage>
  );
}

function Export({ entry }: { readonly entry: ExportDetail }) {
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={t('Export for {{name}}', { name: entry.recipient })}>
          <ExportBadge entry={entry} />
        </PageHeader>
        <p className="flex flex-wrap gap-x-2 text-sm text-quiet">
          {plural(entry.recordings, { one: '{{count}} recording', other: '{{count}} recordings' })}
          <span aria-hidden>·</span>
          <span>
            <Rich
              text="asked for by {{name}} <at/>"
              values={{ name: entry.requestedBy }}
              parts={{ at: <Timestamp instant={entry.requestedAt} exact /> }}
            />
          </span>
        </p>
      </div>
      <DecisionNotice entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <PlanCard entry={entry} />
        <div className="grid content-start gap-4">
          <LinkCard entry={entry} />
          <BundleCard entry={entry} />
        </div>
      </div>
      <FetchesCard entry={entry} />
    </>
  );
}

import { getRouteApi } from '@tanstack/react-router';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useRequest } from '../api/requests.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { HistoryCard } from '../work-place/history-card.tsx';
import { ClocksCard } from './clocks-card.tsx';
import { DiscoveryCard } from './discovery-card.tsx';
import { ItemsCard } from './items-card.tsx';
import { NextStep } from './next-step.tsx';
import { ReceiptsCard } from './receipts-card.tsx';
import { KIND_WORDS, SOURCE_WORDS } from './request-words.ts';
import { RequestBadge } from './requests-columns.tsx';
import { WhoCard } from './who-card.tsx';

const route = getRouteApi('/signed-in/requests/$id');

/** Everything about one request: its next step, its clocks, what was found, a receipt for each store, its history. */
export function RequestPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/requests', label: t('Requests') }}
      query={useRequest(id)}
      failed={t('The request could not be loaded')}
      missing={{
        title: t('There is no such request'),
        why: t('The address may be mistyped, or the request belongs to another tenant.'),
      }}
    >
      {(request) => <Request entry={request} />}
    </DetailPage>
  );
}

function Request({ entry }: { readonly entry: RequestDetail }) {
  const person = entry.person ?? t('erased person');
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={t('{{kind}}: {{person}}', { kind: KIND_WORDS[entry.kind], person })}>
          <RequestBadge state={entry.state} />
        </PageHeader>
        <p className="text-sm text-quiet">
          <Rich text="received <at/>" parts={{ at: <Timestamp instant={entry.receivedAt} exact /> }} /> ·{' '}
          {SOURCE_WORDS[entry.source]}
          {entry.externalId !== null && ` · ${t('there {{id}}', { id: entry.externalId })}`}
        </p>
      </div>
      <NextStep entry={entry} />
      <ClocksCard entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <WhoCard entry={entry} />
        <DiscoveryCard entry={entry} />
      </div>
      <ItemsCard entry={entry} />
      <ReceiptsCard entry={entry} />
      <HistoryCard events={entry.history} />
    </>
  );
}

import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import type { MatterDetail } from '../../../hub/api/schemas/matter.ts';
import { useMatter, useTakeOverMatter } from '../api/matters.ts';
import { OwnerLine } from '../work-place/owner-line.tsx';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { HistoryCard } from '../work-place/history-card.tsx';
import { CustodiansCard } from './custodians-card.tsx';
import { HoldsCard } from './holds-card.tsx';
import { MatterBadge } from './matter-badge.tsx';
import { MatterNextStep } from './matter-next-step.tsx';
import { NoticeDialog } from './notice-dialog.tsx';
import { QueryHoldDialog } from './query-hold-dialog.tsx';
import { ReleaseDialog } from './release-dialog.tsx';
import { ReleasesCard } from './releases-card.tsx';
import { ReviewDialog } from './review-dialog.tsx';

const route = getRouteApi('/signed-in/matters/$id');
/** What the page asks for, if anything. */
export type MatterAsking = 'hold' | 'release' | 'notice' | 'review';

/** Everything about one matter: its next step, holds, custodians, releases and what they would free, its history. */
export function MatterPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/matters', label: t('Matters') }}
      query={useMatter(id)}
      failed={t('The matter could not be loaded')}
      missing={{
        title: t('There is no such matter'),
        why: t('The link may be mistyped, or the matter may belong to another tenant.'),
      }}
    >
      {(matter) => <Matter matter={matter} />}
    </DetailPage>
  );
}

function Matter({ matter }: { readonly matter: MatterDetail }) {
  const [asking, ask] = useState<MatterAsking>();
  const takeOver = useTakeOverMatter(matter.id);
  const close = () => {
    ask(undefined);
  };
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={matterName(matter.name)}>
          <MatterBadge matter={matter} />
        </PageHeader>
        <Origin matter={matter} />
        <OwnerLine
          owner={matter.owner}
          over={matter.closedAt !== null}
          act="hold.place"
          pending={takeOver.isPending}
          onTakeOver={() => {
            takeOver.mutate(undefined);
          }}
        />
      </div>
      <MatterNextStep matter={matter} onAsk={ask} />
      <div className="grid gap-4 lg:grid-cols-2">
        <HoldsCard matter={matter} onAsk={ask} />
        <div className="grid content-start gap-4">
          <ReleasesCard matter={matter} onAsk={ask} />
          <CustodiansCard matter={matter} onAsk={ask} />
        </div>
      </div>
      <HistoryCard events={matter.history} />
      {asking === 'hold' && <QueryHoldDialog matter={matter.name} onClose={close} />}
      {asking === 'notice' && <NoticeDialog matterId={matter.id} onClose={close} />}
      {asking === 'release' && <ReleaseDialog matterId={matter.id} onClose={close} />}
      {asking === 'review' && <ReviewDialog matter={matter} onClose={close} />}
    </>
  );
}

function Origin({ matter }: { readonly matter: MatterDetail }) {
  const more = [
    ...(matter.externalId === null ? [] : [t('case {{id}}', { id: matter.externalId })]),
    ...matter.tags,
  ];
  return (
    <p className="text-sm text-quiet">
      <Rich
        text="Opened by {{name}} <at/>"
        values={{ name: matter.openedBy }}
        parts={{ at: <Timestamp instant={matter.openedAt} exact /> }}
      />
      {more.map((each) => ` · ${each}`)}
      {matter.reviewAt !== null && matter.closedAt === null && (
        <>
          {' · '}
          <Rich text="review due <at/>" parts={{ at: <Timestamp instant={matter.reviewAt} /> }} />
        </>
      )}
      {matter.closedAt !== null && (
        <>
          {' · '}
          <Rich text="closed <at/>" parts={{ at: <Timestamp instant={matter.closedAt} exact /> }} />
        </>
      )}
    </p>
  );
}

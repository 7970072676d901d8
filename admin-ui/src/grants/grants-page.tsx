import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { Siren, TimerReset, Timer } from 'lucide-react';
import type { Grant, GrantReport } from '../../../hub/api/schemas/grant.ts';
import { useGrantReport, useMyGrants } from '../api/grants.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { useMay } from '../session/use-may.ts';
import { AskDialog } from './ask-dialog.tsx';
import { BreakGlassDialog } from './break-glass-dialog.tsx';
import { GRANT_COLUMNS } from './grant-columns.tsx';

const route = getRouteApi('/signed-in/grants');

/** Rights that end on time: the reader's own with the time left, and for readers of grants who has what until when. */
export function GrantsPage() {
  const search = route.useSearch();
  const asked = search.recording !== undefined || search.act !== undefined;
  const [open, setOpen] = useState<'ask' | 'glass' | undefined>(asked ? 'ask' : undefined);
  const { data, isPending, error, refetch } = useMyGrants();
  const close = () => {
    setOpen(undefined);
  };
  return (
    <>
      <PageHeader title={t('Grants')}>
        <div className="ml-auto flex flex-wrap gap-2">
          <ActButton
            act="break-glass.use"
            tone="danger"
            data-testid="break-glass"
            onClick={() => {
              setOpen('glass');
            }}
          >
            <Siren aria-hidden /> {t('Break the glass…')}
          </ActButton>
          <ActButton
            act="grant.request"
            tone="primary"
            data-testid="ask-access"
            onClick={() => {
              setOpen('ask');
            }}
          >
            <Timer aria-hidden /> {t('Ask for access…')}
          </ActButton>
        </div>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('Your grants could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <Card
          title={t('Yours')}
          icon={<Timer />}
          hint={t('To you, to a group of yours, or asked for by you')}
          padded={false}
        >
          <Grants caption={t('Your grants, the newest first')} items={data.items}>
            {t(
              'Rights to single recordings that your role does not give you. Each is for one purpose, and ends by itself.',
            )}
          </Grants>
        </Card>
      )}
      <Report />
      {open === 'ask' && <AskDialog recording={search.recording} act={search.act} onClose={close} />}
      {open === 'glass' && <BreakGlassDialog onClose={close} />}
    </>
  );
}

function Report() {
  const may = useMay('grant.read');
  const { data, error, refetch } = useGrantReport(may);
  if (!may) return null;
  if (error !== null)
    return (
      <ProblemNotice
        error={error}
        title={t('The report could not be loaded')}
        onRetry={() => void refetch()}
      />
    );
  return data === undefined ? <Skeleton className="h-40 rounded-lg" /> : <Lists report={data} />;
}

function Lists({ report }: { readonly report: GrantReport }) {
  const { live, endingSoon, unused, waitingReview } = report;
  return (
    <>
      {waitingReview.length > 0 && (
        <Card
          title={t('Emergencies to review')}
          icon={<Siren />}
          hint={t('Decided under Approvals')}
          padded={false}
        >
          <Grants caption={t('Emergency rights without a review')} items={waitingReview} />
        </Card>
      )}
      <Card
        title={t('In force')}
        icon={<TimerReset />}
        hint={t(
          'Who has what until when: {{ending}} end within three days, {{unused}} were given more than a day ago and never used',
          { ending: endingSoon.length, unused: unused.length },
        )}
        padded={false}
      >
        <Grants caption={t('Grants in force, those that end first before others')} items={live}>
          {t('Nobody has a right beyond their role at the moment.')}
        </Grants>
      </Card>
    </>
  );
}

interface GrantsProps {
  readonly caption: string;
  readonly items: Grant[];
  readonly children?: string;
}

function Grants({ caption, items, children }: GrantsProps) {
  if (items.length === 0)
    return (
      <EmptyState icon={<Timer />} title={t('None')}>
        {children}
      </EmptyState>
    );
  return <DataTable caption={caption} columns={GRANT_COLUMNS} rows={items} rowId={(row) => row.id} linked />;
}

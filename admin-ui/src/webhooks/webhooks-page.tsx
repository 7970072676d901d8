import { useState } from 'react';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useWebhooks, type WebhookEndpointView } from '../api/webhooks.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { number, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { EndpointDialog } from './endpoint-dialog.tsx';
import { endpointStanding } from './webhook-words.ts';

const column = createColumnHelper<WebhookEndpointView>();

const COLUMNS = [
  column.display({
    id: 'name',
    header: t('Endpoint'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => <Name endpoint={original} />,
  }),
  column.display({
    id: 'success',
    header: t('Last taken'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) =>
      original.lastSuccess === null ? (
        <span className="text-quiet">{t('Never')}</span>
      ) : (
        <Timestamp instant={original.lastSuccess} />
      ),
  }),
  column.display({
    id: 'waiting',
    header: t('Waiting'),
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => number(original.messages.waiting),
  }),
  column.display({
    id: 'failed',
    header: t('Failed'),
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => number(original.messages.failed),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row: { original } }) => {
      const { label, tone, meaning } = endpointStanding(original);
      return (
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      );
    },
  }),
] as ColumnDef<WebhookEndpointView, never>[];

/** Every address that is told of events. */
export function WebhooksPage() {
  const [adding, setAdding] = useState(false);
  const { data, isPending, error, refetch } = useWebhooks();
  return (
    <>
      <PageHeader title={t('Webhooks')}>
        <ActButton
          act="connection.manage"
          tone="primary"
          onClick={() => {
            setAdding(true);
          }}
        >
          <Plus aria-hidden /> {t('Tell an address')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The endpoints could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Webhook />} title={t('Nobody is told')}>
              {t(
                'An address of yours can be told when a recording is held, a disposal ends, an export is ready or access looks unusual. Each message is signed, tried for days, and can be sent again.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Endpoints')}
              columns={COLUMNS}
              rows={data.items}
              rowId={({ id }) => id}
              linked
            />
          )}
        </div>
      )}
      {adding && (
        <EndpointDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
}

function Name({ endpoint: { id, name, url, types } }: { readonly endpoint: WebhookEndpointView }) {
  return (
    <>
      <Link
        to="/webhooks/$id"
        params={{ id }}
        data-testid="webhook-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {name}
      </Link>
      <span className="mt-0.5 block text-sm break-all text-quiet">{url}</span>
      <span className="mt-0.5 block text-sm text-quiet">{types.join(', ')}</span>
    </>
  );
}

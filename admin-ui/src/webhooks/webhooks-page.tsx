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
import { ActButton } from '../session/act-button.tsx';
import { EndpointDialog } from './endpoint-dialog.tsx';
import { endpointStanding } from './webhook-words.ts';

const column = createColumnHelper<WebhookEndpointView>();

const COLUMNS = [
  column.display({
    id: 'name',
    header: 'Endpoint',
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => <Name endpoint={original} />,
  }),
  column.display({
    id: 'success',
    header: 'Last taken',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) =>
      original.lastSuccess === null ? (
        <span className="text-quiet">Never</span>
      ) : (
        <Timestamp instant={original.lastSuccess} />
      ),
  }),
  column.display({
    id: 'waiting',
    header: 'Waiting',
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => original.messages.waiting.toLocaleString('en'),
  }),
  column.display({
    id: 'failed',
    header: 'Failed',
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => original.messages.failed.toLocaleString('en'),
  }),
  column.display({
    id: 'state',
    header: 'State',
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
      <PageHeader title="Webhooks">
        <ActButton
          act="connection.manage"
          tone="primary"
          onClick={() => {
            setAdding(true);
          }}
        >
          <Plus aria-hidden /> Tell an address
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title="The endpoints could not be loaded"
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Webhook />} title="Nobody is told">
              An address of yours can be told when a recording is held, a disposal ends, an export is ready or
              access looks unusual. Each message is signed, tried for days, and can be sent again.
            </EmptyState>
          ) : (
            <DataTable
              caption="Endpoints"
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

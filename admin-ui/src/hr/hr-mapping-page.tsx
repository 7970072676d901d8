import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, FileQuestion } from 'lucide-react';
import { useConnection } from '../api/connections.ts';
import { useDirectories, useHrMapping, useHrPreview, useSetHrMapping } from '../api/directories.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { useSettled } from '../connections/use-settled.ts';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { useMay } from '../session/use-may.ts';
import { asHrMapping, messageOf, type HrMapping } from './hr-mapping.ts';
import { HrMappingFields } from './hr-mapping-fields.tsx';
import { HrOperations } from './hr-operations.tsx';
import { HrPreviewList } from './hr-preview-list.tsx';
import { HR_TEMPLATES } from './hr-templates.ts';

const route = getRouteApi('/signed-in/hr/$id');

/** How the messages of one HR system are read: expressions beside a sample message, and what comes of it as one types. */
export function HrMappingPage() {
  const { id } = route.useParams();
  const connection = useConnection(id).data;
  const systems = useDirectories().data?.hr;
  const system = systems?.find(({ connectionId }) => connectionId === id);
  // One that has no mapping is not asked for it.
  const hasMapping = system?.mappingSetAt != null;
  const { data, error } = useHrMapping(id, hasMapping);
  const isPending = systems === undefined || (hasMapping && data === undefined && error === null);
  return (
    <>
      <Link
        to="/hr"
        className="inline-flex items-center gap-1 justify-self-start text-sm text-quiet hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" /> {t('Directories')}
      </Link>
      <PageHeader title={t('Messages of {{name}}', { name: connection?.name ?? '…' })} />
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {error !== null && <ProblemNotice error={error} title={t('The mapping could not be loaded')} />}
      {systems !== undefined && system === undefined && (
        <EmptyState icon={<FileQuestion />} title={t('No such HR system')}>
          {t('There is no connection with this id that may send hr.reported.')}
        </EmptyState>
      )}
      {system !== undefined && !isPending && error === null && (
        <Editor
          key={data?.setAt ?? 'new'}
          id={id}
          stored={data === undefined ? null : asHrMapping(data.mapping)}
        />
      )}
    </>
  );
}

function Editor({ id, stored }: { readonly id: string; readonly stored: HrMapping | null }) {
  const [template, setTemplate] = useState(HR_TEMPLATES[0]);
  const [mapping, setMapping] = useState(stored ?? template.mapping);
  const [sample, setSample] = useState(() => JSON.stringify(template.sample, null, 2));
  const mayManage = useMay('connection.manage');
  const read = messageOf(sample);
  const message = 'message' in read ? read.message : undefined;
  const settled = useSettled(mapping);
  const preview = useHrPreview(settled, message, mayManage && message !== undefined);
  const fault = settled === mapping ? (preview.data?.fault ?? null) : null;
  const change = { mapping, onMapping: setMapping, fault, message, readOnly: !mayManage };
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="grid content-start gap-4">
        <Card
          title={t('Mapping')}
          hint={t('CEL over body, the whole message, and record, one of its changes')}
          actions={
            mayManage && (
              <Select
                label={t('Begin with')}
                value={template.id}
                options={HR_TEMPLATES.map(({ id: value, title }) => ({ value, label: title }))}
                onValue={(chosen) => {
                  const next = HR_TEMPLATES.find((one) => one.id === chosen) ?? template;
                  setTemplate(next);
                  setMapping(next.mapping);
                  setSample(JSON.stringify(next.sample, null, 2));
                }}
              />
            )
          }
        >
          <div className="grid gap-5">
            <HrMappingFields {...change} />
            <HrOperations {...change} />
            <p className="text-xs text-quiet">
              {t('How its messages are verified:')} <code>{JSON.stringify(mapping.signature)}</code>
            </p>
          </div>
        </Card>
        <Save id={id} mapping={mapping} ready={fault === null} />
      </div>
      <div className="grid content-start gap-4">
        <Card title={t('Sample message')} hint={t('Stays in this page; replace it by one of yours')}>
          <TextField
            label={t('Message as JSON')}
            value={sample}
            onValue={setSample}
            rows={14}
            error={'wrong' in read ? read.wrong : undefined}
          />
        </Card>
        <Card title={t('What it means')} hint={t('Nobody is changed by this')}>
          {preview.isError && <ProblemNotice error={preview.error} title={t('It could not be tried')} />}
          <HrPreviewList preview={preview.data} />
        </Card>
      </div>
    </div>
  );
}

function Save({
  id,
  mapping,
  ready,
}: {
  readonly id: string;
  readonly mapping: HrMapping;
  readonly ready: boolean;
}) {
  const [secret, setSecret] = useState('');
  const set = useSetHrMapping(id);
  const toast = useToast();
  return (
    <Card title={t('Put it to use')}>
      <div className="grid gap-3">
        {set.isError && <ProblemNotice error={set.error} title={t('Nothing was kept')} />}
        <TextField
          label={t('Secret of the HR system')}
          value={secret}
          onValue={setSecret}
          hint={t(
            'Only where it made one itself: 24 to 64 characters. The one before counts for a day more.',
          )}
          maxLength={200}
        />
        <ActButton
          act="connection.manage"
          tone="primary"
          className="justify-self-start"
          disabled={!ready || set.isPending}
          data-testid="save-hr-mapping"
          onClick={() => {
            set.mutate(
              { mapping, ...(secret === '' ? {} : { secret }) },
              {
                onSuccess: () => {
                  setSecret('');
                  toast({ tone: 'good', title: t('Its messages are read so from now on') });
                },
              },
            );
          }}
        >
          {set.isPending ? t('Saving…') : t('Read its messages so')}
        </ActButton>
      </div>
    </Card>
  );
}

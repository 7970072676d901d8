import { useState } from 'react';
import type { ColumnDef } from '@tanstack/react-table';
import { createColumnHelper } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { Mail, Settings2 } from 'lucide-react';
import {
  useMail,
  useMailStanding,
  useRetryMail,
  useTestMail,
  type MailStanding,
  type MailView,
} from '../api/mail.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { number, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { kindOfMail, pageOfMail, stateOfMail } from './mail-words.ts';
import { SettingDialog } from './setting-dialog.tsx';

const column = createColumnHelper<MailView>();

const COLUMNS = [
  column.display({
    id: 'what',
    header: t('Told'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => <What mail={original} />,
  }),
  column.display({
    id: 'queued',
    header: t('Asked for'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) => <Timestamp instant={original.queuedAt} />,
  }),
  column.display({
    id: 'attempts',
    header: t('Attempts'),
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => number(original.attempts),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row: { original } }) => <State mail={original} />,
  }),
] as ColumnDef<MailView, never>[];

type Choice = 'all' | MailView['state'];

/** From whom people hear, and what came of each mail. */
export function MailPage() {
  const [setting, setSetting] = useState(false);
  const [state, setState] = useState<Choice>('all');
  const standing = useMailStanding();
  const mails = useMail(state === 'all' ? undefined : state);
  const test = useTestMail();
  const error = standing.error ?? mails.error;
  return (
    <>
      <PageHeader title={t('Mail')}>
        <ActButton
          act="user.manage"
          disabled={test.isPending || standing.data?.setting?.allowed !== true}
          onClick={() => {
            test.mutate(undefined);
          }}
        >
          {t('Send me a test')}
        </ActButton>
        <ActButton
          act="user.manage"
          tone="primary"
          disabled={standing.data === undefined}
          onClick={() => {
            setSetting(true);
          }}
        >
          <Settings2 aria-hidden /> {t('Mail to people…')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('Mail could not be loaded')}
          onRetry={() => void Promise.all([standing.refetch(), mails.refetch()])}
        />
      )}
      {test.isError && <ProblemNotice error={test.error} title={t('No test was sent')} />}
      <div className="grid gap-4">
        {standing.data !== undefined && <Standing standing={standing.data} />}
        <Select
          label={t('Which mails')}
          value={state}
          options={[
            { value: 'all', label: t('All mails') },
            { value: 'waiting', label: t('Still to be sent') },
            { value: 'failed', label: t('Those that failed') },
            { value: 'sent', label: t('Those that were sent') },
            { value: 'spared', label: t('Those that were not needed') },
          ]}
          onValue={setState}
          className="justify-self-start"
        />
        {mails.isPending && <Skeleton className="h-40 rounded-lg" />}
        {mails.data !== undefined && (
          <div className="overflow-hidden rounded-lg border border-line bg-surface">
            {mails.data.items.length === 0 ? (
              <EmptyState icon={<Mail />} title={t('No mail')}>
                {t(
                  'Custodians, second persons and whoever has a date to keep are told by mail. Each mail and what became of it stands here for 90 days.',
                )}
              </EmptyState>
            ) : (
              <DataTable
                caption={t('Mails')}
                columns={COLUMNS}
                rows={mails.data.items}
                rowId={({ id }) => id}
              />
            )}
          </div>
        )}
      </div>
      {setting && standing.data !== undefined && (
        <SettingDialog
          standing={standing.data}
          onClose={() => {
            setSetting(false);
          }}
        />
      )}
    </>
  );
}

function Standing({ standing: { configured, setting } }: { readonly standing: MailStanding }) {
  return (
    <Card title={t('Sender')} icon={<Mail />}>
      {!configured && (
        <p className="mb-3 text-sm">
          {t(
            'This installation has no mail server, so nothing is sent. The operator sets HOLDFAST_SMTP_HOST.',
          )}
        </p>
      )}
      <FactList>
        <Fact name={t('Mail')}>{setting?.allowed === true ? t('Is sent') : t('Is not sent')}</Fact>
        <Fact name={t('From')}>
          {setting === null ? (
            <span className="text-quiet">{t('Nobody yet')}</span>
          ) : (
            `${setting.senderName} <${setting.sender}>`
          )}
        </Fact>
        <Fact name={t('Language')}>{setting?.language === 'de' ? t('German') : t('English')}</Fact>
      </FactList>
    </Card>
  );
}

function What({ mail }: { readonly mail: MailView }) {
  const page = pageOfMail(mail);
  const words = kindOfMail(mail.kind);
  return (
    <>
      {page === undefined ? (
        words
      ) : (
        <Link {...page} className="hover:underline">
          {words}
        </Link>
      )}
      <span className="mt-0.5 block text-sm text-quiet">
        {mail.to ?? t('Somebody whose name does not stand any more')}
      </span>
      {mail.answer !== null && (
        <span className="mt-0.5 block text-sm break-words text-quiet">{mail.answer}</span>
      )}
    </>
  );
}

function State({ mail }: { readonly mail: MailView }) {
  const { label, tone, meaning } = stateOfMail(mail.state);
  const retry = useRetryMail(mail.id);
  return (
    <span className="grid justify-items-end gap-1">
      <Badge tone={tone} title={meaning}>
        {label}
      </Badge>
      {mail.state === 'waiting' && mail.nextAt !== null && mail.attempts > 0 && (
        <Timestamp instant={mail.nextAt} className="text-xs text-quiet" />
      )}
      {mail.state === 'failed' && (
        <ActButton
          act="user.manage"
          size="small"
          disabled={retry.isPending}
          onClick={() => {
            retry.mutate(undefined);
          }}
        >
          {t('Send again')}
        </ActButton>
      )}
    </span>
  );
}

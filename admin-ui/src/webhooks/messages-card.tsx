import { useState } from 'react';
import { ScrollText } from 'lucide-react';
import {
  useResend,
  useWebhookAct,
  useWebhookMessage,
  useWebhookMessages,
  type Recovered,
  type WebhookEndpointView,
  type WebhookMessageView,
} from '../api/webhooks.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { MESSAGE_STATES, TRY_OUTCOMES } from './webhook-words.ts';

const DAY_MS = 86_400_000;
type Shown = '' | WebhookMessageView['state'];

/** The delivery log: every event that the endpoint was told, or is owed. */
export function MessagesCard({ endpoint }: { readonly endpoint: WebhookEndpointView }) {
  const [state, setState] = useState<Shown>('');
  const [before, setBefore] = useState<number>();
  const [open, setOpen] = useState<number>();
  const { data, error } = useWebhookMessages(endpoint.id, {
    ...(state === '' ? {} : { state }),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  return (
    <Card
      title={t('Delivery log')}
      icon={<ScrollText />}
      actions={
        <>
          <Select
            label={t('Messages')}
            value={state}
            options={[
              { value: '', label: t('All') },
              { value: 'waiting', label: t('Waiting') },
              { value: 'failed', label: t('Failed') },
              { value: 'sent', label: t('Taken') },
            ]}
            onValue={(chosen) => {
              setState(chosen);
              setBefore(undefined);
            }}
          />
          {endpoint.messages.failed > 0 && <Recover endpointId={endpoint.id} />}
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        {error !== null && <ProblemNotice error={error} title={t('The log could not be loaded')} />}
        {data === undefined && error === null && <Skeleton className="h-24" />}
        {data?.items.length === 0 && (
          <p className="text-quiet">{t('Nothing has happened that it is told of.')}</p>
        )}
        <ul className="grid gap-2">
          {data?.items.map((message) => (
            <Message
              key={message.ledgerIndex}
              message={message}
              onOpen={() => {
                setOpen(message.ledgerIndex);
              }}
            />
          ))}
        </ul>
        <Ways older={data?.nextBefore} newest={before === undefined} onBefore={setBefore} />
      </div>
      {open !== undefined && (
        <MessageDialog
          endpointId={endpoint.id}
          index={open}
          onClose={() => {
            setOpen(undefined);
          }}
        />
      )}
    </Card>
  );
}

/** To older messages, and back to the newest. */
function Ways({
  older,
  newest,
  onBefore,
}: {
  readonly older: number | undefined;
  readonly newest: boolean;
  readonly onBefore: (before: number | undefined) => void;
}) {
  return (
    <div className="flex flex-wrap justify-center gap-2">
      {!newest && (
        <Button
          size="small"
          onClick={() => {
            onBefore(undefined);
          }}
        >
          {t('Newest messages')}
        </Button>
      )}
      {older !== undefined && (
        <Button
          size="small"
          onClick={() => {
            onBefore(older);
          }}
        >
          {t('Older messages')}
        </Button>
      )}
    </div>
  );
}

function Message({ message, onOpen }: { readonly message: WebhookMessageView; readonly onOpen: () => void }) {
  const { label, tone } = MESSAGE_STATES[message.state];
  return (
    <li className="flex flex-wrap items-center gap-2">
      <Badge tone={tone}>{label}</Badge>
      <button
        type="button"
        onClick={onOpen}
        className="font-medium underline underline-offset-2"
        data-testid="message"
      >
        {message.type}
      </button>
      <Timestamp instant={message.eventAt} exact className="text-quiet" />
      <span className="text-quiet">
        {plural(message.attempts, { one: '{{count}} attempt', other: '{{count}} attempts' })}
      </span>
      {message.state === 'waiting' && message.dueAt !== null && (
        <span className="text-quiet">
          {t('next')} <Timestamp instant={message.dueAt} />
        </span>
      )}
    </li>
  );
}

/** Everything of the last day that was not taken. */
function Recover({ endpointId }: { readonly endpointId: string }) {
  const recover = useWebhookAct<Recovered>(endpointId, 'recover');
  const toast = useToast();
  return (
    <>
      {recover.isError && <ProblemNotice error={recover.error} title={t('It was not queued')} />}
      <ActButton
        act="connection.manage"
        size="small"
        onClick={() => {
          if (recover.isPending) return;
          recover.mutate(
            { since: new Date(Date.now() - DAY_MS).toISOString() },
            {
              onSuccess: ({ again, more }) => {
                toast({
                  tone: 'good',
                  title: plural(again, {
                    one: '{{count}} message queued again',
                    other: '{{count}} messages queued again',
                  }),
                  ...(more
                    ? { detail: t('There may be more than is queued at once. Press again to go on.') }
                    : {}),
                });
              },
            },
          );
        }}
      >
        {t("Send the last day's failed again")}
      </ActButton>
    </>
  );
}

function MessageDialog({
  endpointId,
  index,
  onClose,
}: {
  readonly endpointId: string;
  readonly index: number;
  readonly onClose: () => void;
}) {
  const { data, error } = useWebhookMessage(endpointId, index);
  const resend = useResend(endpointId, index);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={data?.type ?? t('A message')}
      description={t('What is sent, and what came of each attempt.')}
    >
      <div className="grid gap-4 text-sm">
        {error !== null && <ProblemNotice error={error} title={t('The message could not be loaded')} />}
        {resend.isError && <ProblemNotice error={resend.error} title={t('It was not queued')} />}
        {data === undefined && error === null && <Skeleton className="h-40" />}
        {data !== undefined && (
          <>
            <pre className="max-h-60 overflow-auto rounded-md bg-sunken p-3 text-xs">
              {JSON.stringify(data.event, null, 2)}
            </pre>
            <ol className="grid gap-1.5">
              {data.tries.map(({ at, outcome, status, durationMs, answer }) => (
                <li key={at}>
                  <Timestamp instant={at} exact className="text-quiet" /> {TRY_OUTCOMES[outcome]}
                  {status !== null && ` (${status})`}{' '}
                  <span className="text-quiet">
                    {t('after {{milliseconds}} ms', { milliseconds: durationMs })}
                  </span>
                  {answer !== null && <code className="block text-xs break-words text-quiet">{answer}</code>}
                </li>
              ))}
            </ol>
          </>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Close')}</Button>
          <ActButton
            act="connection.manage"
            onClick={() => {
              if (!resend.isPending) resend.mutate(undefined);
            }}
          >
            {resend.isSuccess ? t('Queued') : t('Send it again')}
          </ActButton>
        </div>
      </div>
    </Dialog>
  );
}

import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useDelivery, useReplay, type DeliveryDetail } from '../api/deliveries.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { Failure } from '../components/failure.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { number, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ComparedCard } from './compared-card.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { DELIVERY_STATES } from './delivery-words.ts';
import { DiscardDialog } from './discard-dialog.tsx';

const route = getRouteApi('/signed-in/deliveries/$id');

/** One delivery: what became of it, every attempt, and what a person can do. */
export function DeliveryPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/deliveries', label: t('Deliveries') }}
      query={useDelivery(id)}
      failed={t('The delivery could not be loaded')}
      missing={{
        title: t('There is no such delivery'),
        why: t('The link may be mistyped, or it was over for so long that it is not kept any more.'),
      }}
    >
      {(delivery) => <Shown delivery={delivery} />}
    </DetailPage>
  );
}

function Shown({ delivery }: { readonly delivery: DeliveryDetail }) {
  const { label, tone, meaning } = DELIVERY_STATES[delivery.state];
  const { connectionId, connection, operation, subject, error, correctedFields } = delivery;
  return (
    <>
      <PageHeader
        title={t('{{operation}} to {{connection}}', { operation: codeInWords(operation), connection })}
      >
        <Badge tone={tone} title={meaning} data-testid="delivery-state">
          {label}
        </Badge>
      </PageHeader>
      <Card title={t('The delivery')}>
        <div className="grid gap-4">
          <FactList>
            <Fact name={t('Connection')}>
              <Link
                to="/connections/$id"
                params={{ id: connectionId }}
                className="underline underline-offset-2"
              >
                {connection}
              </Link>
              {delivery.connectionVersion !== null && (
                <span className="text-quiet">
                  {t('version {{version}}', { version: delivery.connectionVersion })}
                </span>
              )}
            </Fact>
            <Fact name={codeInWords(subject.type)}>
              <Subject type={subject.type} id={subject.id} />
            </Fact>
            <Fact name={t('Delivery')}>
              <ShortCode value={delivery.id} what={t("the delivery's id")} />
            </Fact>
            <Fact name={t('Queued')}>
              <Timestamp instant={delivery.queuedAt} exact />
            </Fact>
            {delivery.state === 'queued' && (
              <Fact name={t('Due')}>
                <Timestamp instant={delivery.dueAt} exact />
              </Fact>
            )}
            {delivery.withdraws && <Fact name={t('Asks for')}>{t('The deletion of what is there')}</Fact>}
            {delivery.doubtful && (
              <Fact name={t('In doubt')}>{t('It may have taken effect; it is looked for first')}</Fact>
            )}
            {correctedFields.length > 0 && <Fact name={t('Set by hand')}>{correctedFields.join(', ')}</Fact>}
            {error !== null && (
              <Fact name={t('Last failure')}>
                <Failure title={error.title} fix={error.fix} className="text-bad" />
                <span className="text-quiet">
                  {codeInWords(error.class)}
                  {error.code !== null && ` · ${error.code}`}
                  {error.field !== null && ` · ${t('field {{name}}', { name: error.field })}`}
                </span>
              </Fact>
            )}
          </FactList>
          {delivery.state === 'dead' && <Repair delivery={delivery} />}
        </div>
      </Card>
      <ComparedCard delivery={delivery} />
      <Attempts delivery={delivery} />
    </>
  );
}

/** What it is about, where there is a page of it. */
function Subject({ type, id }: { readonly type: string; readonly id: string }) {
  const code = <code className="text-xs">{id}</code>;
  const className = 'underline underline-offset-2';
  if (type === 'recording')
    return (
      <Link to="/recordings/$id" params={{ id }} className={className}>
        {code}
      </Link>
    );
  if (type === 'incident')
    return (
      <Link to="/incidents/$id" params={{ id }} className={className}>
        {code}
      </Link>
    );
  return code;
}

function Repair({ delivery }: { readonly delivery: DeliveryDetail }) {
  const [open, setOpen] = useState<'correct' | 'discard'>();
  const replay = useReplay();
  const close = () => {
    setOpen(undefined);
  };
  return (
    <div className="flex flex-wrap gap-2">
      {replay.isError && <ProblemNotice error={replay.error} title={t('It was not sent again')} />}
      <ActButton
        act="connection.manage"
        tone="primary"
        onClick={() => {
          if (!replay.isPending) replay.mutate({ ids: [delivery.id] });
        }}
      >
        {t('Send again')}
      </ActButton>
      {delivery.operation !== 'delete-recording' && (
        <ActButton
          act="connection.manage"
          onClick={() => {
            setOpen('correct');
          }}
        >
          {t('Correct a field and send')}
        </ActButton>
      )}
      <ActButton
        act="connection.manage"
        tone="quiet"
        onClick={() => {
          setOpen('discard');
        }}
      >
        {t('Give up')}
      </ActButton>
      {open === 'correct' && <CorrectDialog delivery={delivery} onClose={close} />}
      {open === 'discard' && <DiscardDialog choice={{ ids: [delivery.id] }} count={1} onClose={close} />}
    </div>
  );
}

const OUTCOMES: Readonly<Record<DeliveryDetail['tries'][number]['outcome'], Tone>> = {
  done: 'good',
  rejected: 'bad',
  unknown: 'warn',
};

function Attempts({ delivery: { tries, connectionId } }: { readonly delivery: DeliveryDetail }) {
  return (
    <Card title={t('Attempts')} icon={<History />} hint={t('Each with what the other side answered')}>
      {tries.length === 0 ? (
        <p className="text-sm text-quiet">{t('It was not tried yet.')}</p>
      ) : (
        <ol className="grid gap-3 text-sm">
          {tries.toReversed().map((one) => (
            <li key={one.number} className="grid gap-0.5">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{one.number}.</span>
                <Badge tone={OUTCOMES[one.outcome]}>{codeInWords(one.result ?? one.outcome)}</Badge>
                <Timestamp instant={one.startedAt} exact className="text-quiet" />
                <span className="text-quiet">
                  {`${number(one.durationMs)} ms`}
                  {one.connectionVersion !== null &&
                    ` · ${t('version {{version}}', { version: one.connectionVersion })}`}
                </span>
              </span>
              {one.errorTitle !== null && (
                <span className="break-words">
                  <Sentence text={one.errorTitle} />
                  {one.errorCode !== null && <span className="text-quiet"> · {one.errorCode}</span>}
                </span>
              )}
              <span className="flex flex-wrap gap-x-4 text-quiet">
                {one.receiptId !== null && (
                  <span>
                    {t('Receipt')} <ShortCode value={one.receiptId} what={t("the receipt's id")} />
                  </span>
                )}
                {one.traceId !== null && (
                  <span>
                    {t('Trace')} <ShortCode value={one.traceId} what={t('the trace id')} />
                  </span>
                )}
                <Link
                  to="/deliveries"
                  search={{ connectionId, attemptedAt: one.startedAt }}
                  className="underline underline-offset-2"
                >
                  {t('What was sent with it')}
                </Link>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useDelivery, useReplay, type DeliveryDetail } from '../api/deliveries.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { DELIVERY_STATES } from './delivery-words.ts';
import { DiscardDialog } from './discard-dialog.tsx';

const route = getRouteApi('/signed-in/deliveries/$id');

/** One delivery: what became of it, every attempt, and what a person can do. */
export function DeliveryPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/deliveries', label: 'Deliveries' }}
      query={useDelivery(id)}
      failed="The delivery could not be loaded"
      missing={{
        title: 'There is no such delivery',
        why: 'The link may be mistyped, or it was over for so long that it is not kept any more.',
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
      <PageHeader title={`${codeInWords(operation)} to ${connection}`}>
        <Badge tone={tone} title={meaning} data-testid="delivery-state">
          {label}
        </Badge>
      </PageHeader>
      <Card title="The delivery">
        <div className="grid gap-4">
          <FactList>
            <Fact name="Connection">
              <Link
                to="/connections/$id"
                params={{ id: connectionId }}
                className="underline underline-offset-2"
              >
                {connection}
              </Link>
              {delivery.connectionVersion !== null && (
                <span className="text-quiet">version {delivery.connectionVersion}</span>
              )}
            </Fact>
            <Fact name={codeInWords(subject.type)}>
              <Link to="/recordings/$id" params={{ id: subject.id }} className="underline underline-offset-2">
                <code className="text-xs">{subject.id}</code>
              </Link>
            </Fact>
            <Fact name="Queued">
              <Timestamp instant={delivery.queuedAt} exact />
            </Fact>
            {delivery.state === 'queued' && (
              <Fact name="Due">
                <Timestamp instant={delivery.dueAt} exact />
              </Fact>
            )}
            {delivery.withdraws && <Fact name="Asks for">The deletion of what is there</Fact>}
            {delivery.doubtful && (
              <Fact name="In doubt">It may have taken effect; it is looked for first</Fact>
            )}
            {correctedFields.length > 0 && <Fact name="Set by hand">{correctedFields.join(', ')}</Fact>}
            {error !== null && (
              <Fact name="Last failure">
                <span className="text-bad">{error.title}</span>
                <span className="text-quiet">
                  {codeInWords(error.class)}
                  {error.code !== null && ` · ${error.code}`}
                  {error.field !== null && ` · field ${error.field}`}
                </span>
              </Fact>
            )}
          </FactList>
          {delivery.state === 'dead' && <Repair delivery={delivery} />}
        </div>
      </Card>
      <Attempts delivery={delivery} />
    </>
  );
}

function Repair({ delivery }: { readonly delivery: DeliveryDetail }) {
  const [open, setOpen] = useState<'correct' | 'discard'>();
  const replay = useReplay();
  const close = () => {
    setOpen(undefined);
  };
  return (
    <div className="flex flex-wrap gap-2">
      {replay.isError && <ProblemNotice error={replay.error} title="It was not sent again" />}
      <ActButton
        act="connection.manage"
        tone="primary"
        onClick={() => {
          if (!replay.isPending) replay.mutate({ ids: [delivery.id] });
        }}
      >
        Send again
      </ActButton>
      {delivery.operation !== 'delete-recording' && (
        <ActButton
          act="connection.manage"
          onClick={() => {
            setOpen('correct');
          }}
        >
          Correct a field and send
        </ActButton>
      )}
      <ActButton
        act="connection.manage"
        tone="quiet"
        onClick={() => {
          setOpen('discard');
        }}
      >
        Give up
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

function Attempts({ delivery: { tries } }: { readonly delivery: DeliveryDetail }) {
  return (
    <Card title="Attempts" icon={<History />} hint="Each with what the other side answered">
      {tries.length === 0 ? (
        <p className="text-sm text-quiet">It was not tried yet.</p>
      ) : (
        <ol className="grid gap-3 text-sm">
          {tries.toReversed().map((one) => (
            <li key={one.number} className="grid gap-0.5">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{one.number}.</span>
                <Badge tone={OUTCOMES[one.outcome]}>{codeInWords(one.result ?? one.outcome)}</Badge>
                <Timestamp instant={one.startedAt} exact className="text-quiet" />
                <span className="text-quiet">
                  {one.durationMs} ms
                  {one.connectionVersion !== null && ` · version ${one.connectionVersion}`}
                </span>
              </span>
              {one.errorTitle !== null && (
                <span className="break-words">
                  {one.errorTitle}
                  {one.errorCode !== null && <span className="text-quiet"> · {one.errorCode}</span>}
                </span>
              )}
              <span className="flex flex-wrap gap-x-4 text-quiet">
                {one.receiptId !== null && (
                  <span>
                    Receipt <ShortCode value={one.receiptId} what="the receipt's id" />
                  </span>
                )}
                {one.traceId !== null && (
                  <span>
                    Trace <ShortCode value={one.traceId} what="the trace id" />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { MailX } from 'lucide-react';
import { useDeadLetters, useReplay, type DeadLetterGroup } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { codeInWords, counted } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { DiscardDialog } from './discard-dialog.tsx';

interface DeadLettersCardProps {
  readonly connectionId: string | undefined;
  /** The group that the list below shows. */
  readonly chosen: string | undefined;
}

/** What failed for good, grouped by its cause: put the cause right, then send the whole group again. */
export function DeadLettersCard({ connectionId, chosen }: DeadLettersCardProps) {
  const groups = useDeadLetters(connectionId).data?.items ?? [];
  if (groups.length === 0) return null;
  return (
    <Card
      title="Dead letters"
      icon={<MailX />}
      hint="Grouped by cause; put the cause right before they are sent again"
    >
      <ul className="grid gap-4">
        {groups.map((group) => (
          <Group
            key={`${group.connectionId}/${group.fingerprint}`}
            group={group}
            chosen={group.fingerprint === chosen}
          />
        ))}
      </ul>
    </Card>
  );
}

function Group({ group, chosen }: { readonly group: DeadLetterGroup; readonly chosen: boolean }) {
  const [discarding, setDiscarding] = useState(false);
  const replay = useReplay();
  const toast = useToast();
  const {
    connectionId,
    connection,
    fingerprint,
    operation,
    errorClass,
    errorCode,
    errorField,
    errorTitle,
    count,
    firstAt,
    lastAt,
    sampleId,
  } = group;
  const choice = { connectionId, fingerprint };
  return (
    <li className="grid gap-1.5 text-sm" data-testid="dead-letter-group">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone="bad">{count.toLocaleString('en')}</Badge>
        <span className="font-medium">{connection}</span>
        <span className="text-quiet">
          {codeInWords(operation)} · {codeInWords(errorClass).toLowerCase()}
          {errorCode !== null && ` · ${errorCode}`}
          {errorField !== null && ` · field ${errorField}`}
        </span>
      </span>
      <span className="break-words">{errorTitle}</span>
      <span className="text-quiet">
        first <Timestamp instant={firstAt} />, last <Timestamp instant={lastAt} />
      </span>
      {replay.isError && <ProblemNotice error={replay.error} title="Nothing was sent again" />}
      <span className="flex flex-wrap gap-2">
        <ActButton
          act="connection.manage"
          size="small"
          tone="primary"
          data-testid="replay-group"
          onClick={() => {
            if (replay.isPending) return;
            replay.mutate(choice, {
              onSuccess: ({ count: queued }) => {
                toast({ tone: 'good', title: `${counted(queued, 'delivery', 'deliveries')} queued again` });
              },
            });
          }}
        >
          Send all again
        </ActButton>
        <ActButton
          act="connection.manage"
          size="small"
          onClick={() => {
            if (!replay.isPending) replay.mutate({ ...choice, version: 'then' });
          }}
        >
          By the version then
        </ActButton>
        <Link
          to="/deliveries/$id"
          params={{ id: sampleId }}
          className="inline-flex h-7 items-center rounded-md px-2 text-xs font-medium underline underline-offset-2"
        >
          Look at one
        </Link>
        <Link
          to="/deliveries"
          search={chosen ? { connectionId } : { connectionId, state: 'dead', fingerprint }}
          className="inline-flex h-7 items-center rounded-md px-2 text-xs font-medium underline underline-offset-2"
        >
          {chosen ? 'Show all deliveries' : 'List them'}
        </Link>
        <ActButton
          act="connection.manage"
          size="small"
          tone="quiet"
          onClick={() => {
            setDiscarding(true);
          }}
        >
          Give up
        </ActButton>
      </span>
      {discarding && (
        <DiscardDialog
          choice={choice}
          count={count}
          onClose={() => {
            setDiscarding(false);
          }}
        />
      )}
    </li>
  );
}

import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useReplay, type DeadLetterGroup } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Failure } from '../components/failure.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { codeInWords } from '../format/words.ts';
import { number, plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { CorrectGroupDialog } from './correct-dialog.tsx';
import { DiscardDialog } from './discard-dialog.tsx';

const link = 'inline-flex h-7 items-center rounded-md px-2 text-xs font-medium underline underline-offset-2';

interface DeadLetterGroupItemProps {
  readonly group: DeadLetterGroup;
  /** Whether the list below shows this group. */
  readonly chosen: boolean;
}

/** Dead letters with one cause: what it is, and what can be done with all of them at once. */
export function DeadLetterGroupItem({ group, chosen }: DeadLetterGroupItemProps) {
  const [open, setOpen] = useState<'correct' | 'discard'>();
  const { connectionId, fingerprint, operation, count, sampleId } = group;
  const close = () => {
    setOpen(undefined);
  };
  return (
    <li className="grid gap-1.5 text-sm" data-testid="dead-letter-group">
      <Cause group={group} />
      <span className="flex flex-wrap gap-2">
        <Replays group={group} />
        {operation !== 'delete-recording' && (
          <ActButton
            act="connection.manage"
            size="small"
            onClick={() => {
              setOpen('correct');
            }}
          >
            {t('Correct a field of all')}
          </ActButton>
        )}
        <Link to="/deliveries/$id" params={{ id: sampleId }} className={link}>
          {t('Look at one')}
        </Link>
        <Link
          to="/deliveries"
          search={chosen ? { connectionId } : { connectionId, state: 'dead', fingerprint }}
          className={link}
        >
          {chosen ? t('Show all deliveries') : t('List them')}
        </Link>
        <ActButton
          act="connection.manage"
          size="small"
          tone="quiet"
          onClick={() => {
            setOpen('discard');
          }}
        >
          {t('Give up')}
        </ActButton>
      </span>
      {open === 'correct' && <CorrectGroupDialog group={group} onClose={close} />}
      {open === 'discard' && (
        <DiscardDialog choice={{ connectionId, fingerprint }} count={count} onClose={close} />
      )}
    </li>
  );
}

function Cause({ group }: { readonly group: DeadLetterGroup }) {
  const {
    connection,
    operation,
    errorClass,
    errorCode,
    errorField,
    errorTitle,
    errorFix,
    count,
    firstAt,
    lastAt,
  } = group;
  return (
    <>
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone="bad">{number(count)}</Badge>
        <span className="font-medium">{connection}</span>
        <span className="text-quiet">
          {codeInWords(operation)} · {codeInWords(errorClass)}
          {errorCode !== null && ` · ${errorCode}`}
          {errorField !== null && ` · ${t('field {{name}}', { name: errorField })}`}
        </span>
      </span>
      <Failure title={errorTitle} fix={errorFix} />
      <span className="text-quiet">
        {t('first')} <Timestamp instant={firstAt} />, {t('last')} <Timestamp instant={lastAt} />
      </span>
    </>
  );
}

function Replays({ group: { connectionId, fingerprint } }: { readonly group: DeadLetterGroup }) {
  const replay = useReplay();
  const toast = useToast();
  const send = (version: 'then' | 'now') => {
    if (replay.isPending) return;
    replay.mutate(
      { connectionId, fingerprint, version },
      {
        onSuccess: ({ count }) => {
          toast({
            tone: 'good',
            title: plural(count, {
              one: '{{count}} delivery queued again',
              other: '{{count}} deliveries queued again',
            }),
          });
        },
      },
    );
  };
  return (
    <>
      {replay.isError && <ProblemNotice error={replay.error} title={t('Nothing was sent again')} />}
      <ActButton
        act="connection.manage"
        size="small"
        tone="primary"
        data-testid="replay-group"
        onClick={() => {
          send('now');
        }}
      >
        {t('Send all again')}
      </ActButton>
      <ActButton
        act="connection.manage"
        size="small"
        onClick={() => {
          send('then');
        }}
      >
        {t('By the version then')}
      </ActButton>
    </>
  );
}

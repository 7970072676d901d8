import { useState } from 'react';
import { KeyRound, ShieldAlert } from 'lucide-react';
import {
  useAskAnchor,
  useClearAlarms,
  useLedgerAlarms,
  useLedgerKeys,
  useRotateSigningKey,
} from '../../api/ledger-log.ts';
import { useSession } from '../../api/session.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { ShortCode } from '../../components/short-code.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { useToast } from '../../components/ui/toast.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { t } from '../../i18n/t.ts';
import { Fingerprint } from '../../proof/pinned-keys.tsx';
import { ActButton } from '../../session/act-button.tsx';
import { refusal, useMay } from '../../session/use-may.ts';
import { alarmInWords } from './alarm-words.ts';
import { CheckpointsCard } from './checkpoints-card.tsx';
import { LogFilesCard } from './log-files-card.tsx';

/** The ledger itself: its signed checkpoints, who outside vouched for them, its keys, and what was found wrong with it. */
export function LedgerPage() {
  const may = useMay('ledger.read');
  const { user } = useSession();
  return (
    <>
      <PageHeader title={t('Ledger')}>{may && <AnchorButton />}</PageHeader>
      {!may && <p className="text-sm text-quiet">{refusal(user.role, 'ledger.read')}</p>}
      {may && (
        <div className="grid gap-4">
          <AlarmsCard />
          <CheckpointsCard />
          <SigningKeysCard />
          <LogFilesCard />
        </div>
      )}
    </>
  );
}

/** Witnesses and authorities are asked at their turn; this asks them at once. */
function AnchorButton() {
  const ask = useAskAnchor();
  const toast = useToast();
  return (
    <ActButton
      act="ledger.verify"
      size="small"
      className="ml-auto"
      data-testid="ask-anchor"
      disabled={ask.isPending}
      onClick={() => {
        ask.mutate(
          {},
          {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('Asked'),
                detail: t('The next checkpoint goes to witnesses and time-stamp authorities at once.'),
              });
            },
            onError: (error) => {
              toast({ tone: 'bad', title: t('It was not asked'), detail: error.message });
            },
          },
        );
      }}
    >
      {t('Anchor now')}
    </ActButton>
  );
}

function AlarmsCard() {
  const { data, error } = useLedgerAlarms(true);
  const clear = useClearAlarms();
  const [asking, setAsking] = useState(false);
  const standing = data?.items.filter(({ clearedAt }) => clearedAt === null) ?? [];
  return (
    <Card
      title={t('Alarms of the ledger')}
      icon={<ShieldAlert />}
      hint={t(
        'What witnesses and authorities found wrong. While one stands against the history, nothing is signed.',
      )}
      actions={
        standing.length > 0 && (
          <ActButton
            act="ledger.manage"
            size="small"
            onClick={() => {
              setAsking(true);
            }}
          >
            {t('Clear after an investigation…')}
          </ActButton>
        )
      }
    >
      {error !== null && <ProblemNotice error={error} title={t('The alarms could not be loaded')} />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">{t('None, and there never was one.')}</p>
      )}
      <ul className="grid gap-2.5">
        {data?.items.map((alarm) => (
          <li
            key={alarm.id}
            className="grid gap-0.5 border-b border-line pb-2.5 text-sm last:border-0 last:pb-0"
          >
            <div className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium">{alarmInWords(alarm.kind)}</span>
              {alarm.clearedAt === null ? (
                <Badge tone="bad">{t('Stands')}</Badge>
              ) : (
                <Badge>{t('Cleared')}</Badge>
              )}
            </div>
            <p className="break-words text-quiet">
              <Sentence text={alarm.detail} />
            </p>
            <p className="flex flex-wrap gap-x-3 text-xs break-all text-quiet">
              <Timestamp instant={alarm.raisedAt} exact />
              <span>{alarm.source}</span>
            </p>
          </li>
        ))}
      </ul>
      {asking && (
        <ReasonDialog
          title={t('Clear the alarms?')}
          description={t(
            'The ledger is signed again from now on. Do it only when it is known why the witness and the log disagree; docs/witness.md says what each alarm means.',
          )}
          act={t('Clear alarms')}
          pending={clear.isPending}
          error={clear.error}
          testId="clear-alarms"
          onReason={(reason) => {
            clear.mutate(
              { reason },
              {
                onSuccess: () => {
                  setAsking(false);
                },
              },
            );
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
}

function SigningKeysCard() {
  const { data, error } = useLedgerKeys(true);
  const rotate = useRotateSigningKey();
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title={t('Signing keys')}
      icon={<KeyRound />}
      hint={t('Public halves. A key that was replaced still vouches for what it signed in its time.')}
      actions={
        <ActButton
          act="ledger.manage"
          size="small"
          onClick={() => {
            setAsking(true);
          }}
        >
          {t('Rotate…')}
        </ActButton>
      }
    >
      {error !== null && <ProblemNotice error={error} title={t('The keys could not be loaded')} />}
      <ul className="grid gap-3 text-sm">
        {data?.items.toReversed().map(({ name, verifierKey, from, until }) => (
          <li key={name} className="grid gap-1 border-b border-line pb-3 last:border-0 last:pb-0">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{name}</span>
              {until === null ? <Badge tone="good">{t('Signs now')}</Badge> : <Badge>{t('Replaced')}</Badge>}
              <span className="text-xs text-quiet">
                <Timestamp instant={from} />
                {until !== null && (
                  <>
                    {' – '}
                    <Timestamp instant={until} />
                  </>
                )}
              </span>
            </div>
            <ShortCode value={verifierKey} what={t('verifier key')} fill />
            <span className="flex flex-wrap items-center gap-x-2 text-xs text-quiet">
              {'SHA-256'} <Fingerprint verifierKey={verifierKey} />
            </span>
          </li>
        ))}
      </ul>
      {asking && (
        <ReasonDialog
          title={t('Rotate the signing key?')}
          description={t(
            'Tell the witnesses of the next key first: until they know it, nothing is published. Whoever pinned the present key has to pin the next one as well.',
          )}
          act={t('Rotate')}
          pending={rotate.isPending}
          error={rotate.error}
          testId="rotate-signing-key"
          onReason={(reason) => {
            rotate.mutate(
              { reason },
              {
                onSuccess: () => {
                  setAsking(false);
                },
              },
            );
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
      {data !== undefined && (
        <p className="mt-3 border-t border-line pt-3 text-xs break-all text-quiet">
          {t('Next')}: <code className="font-mono">{data.next.verifierKey}</code>
        </p>
      )}
    </Card>
  );
}

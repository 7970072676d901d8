import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Handshake, Play } from 'lucide-react';
import type { ConsentEvidence, RecordingConsent } from '../../../hub/api/schemas/consent.ts';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { useConsent } from '../api/consent.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { clockLength } from '../format/time.ts';
import { partyName } from '../format/words.ts';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import {
  actionInWords,
  changeInWords,
  evidenceInWords,
  partyInWords,
  sourceInWords,
  toneOf,
} from './consent-words.ts';

interface ConsentCardProps {
  readonly recording: RecordingDetail;
  readonly className?: string;
  /** Plays from there; left out where there is nothing to hear. */
  readonly onSeek?: ((seconds: number) => void) | undefined;
}

/** Consent of each party: what was decided for it, what it said and where that is heard, and what it said afterwards. */
export function ConsentCard({ recording, className, onSeek }: ConsentCardProps) {
  const { data, isPending, error, refetch } = useConsent(recording.id);
  return (
    <Card title={t('Consent by party')} icon={<Handshake />} {...(className && { className })}>
      {isPending && <Skeleton className="h-24" />}
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('Consent could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && <Content recording={recording} consent={data} onSeek={onSeek} />}
    </Card>
  );
}

function Content({
  recording,
  consent: { decision, evidence, changes },
  onSeek,
}: Omit<ConsentCardProps, 'className'> & { readonly consent: RecordingConsent }) {
  const [withdrawing, setWithdrawing] = useState<{ ordinal: number; name: string }>();
  const disposed = recording.state === 'disposed';
  return (
    <div className="grid gap-3">
      {decision.conflict !== undefined && (
        <p className="rounded-md border border-warn/30 bg-warn-soft px-3 py-2 text-sm">
          {decision.conflict.reasons.join(' ')}
        </p>
      )}
      {recording.parties.length === 0 && (
        <p className="text-sm text-quiet">{t('Nobody is known by name.')}</p>
      )}
      <ul className="grid gap-2">
        {recording.parties.map((party) => {
          const name = partyName(party);
          const decided = decision.parties?.find(({ ordinal }) => ordinal === party.ordinal);
          const rows = decision.rules.filter((rule) => rule.party === decided?.party);
          return (
            <li key={party.id} className="grid gap-1 rounded-md border border-line bg-ground px-3 py-2.5">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <h3 className="min-w-0 text-sm font-medium break-words">{name}</h3>
                {decided !== undefined && (
                  <Badge tone={decided.stored ? 'good' : 'warn'}>{partyInWords(decided.reason)}</Badge>
                )}
              </div>
              {rows.length > 0 && (
                <p className="text-xs text-quiet">
                  {t('By')}{' '}
                  {rows.map((rule) => (
                    <code key={rule.id} className="mr-1 font-mono break-all">
                      {rule.id}
                    </code>
                  ))}
                </p>
              )}
              {!disposed && (
                <ActButton
                  act="consent.change"
                  size="small"
                  className="justify-self-start"
                  onClick={() => {
                    setWithdrawing({ ordinal: party.ordinal, name });
                  }}
                >
                  {t('Withdraw consent')}
                </ActButton>
              )}
            </li>
          );
        })}
      </ul>
      <h3 className="text-sm font-medium">{t('Evidence')}</h3>
      {evidence.length === 0 ? (
        <p className="text-sm text-quiet">
          {t('Nothing was noted about this call. It rests on the practice that the decision names.')}
        </p>
      ) : (
        <ul className="grid gap-2">
          {evidence.map((one) => (
            <Evidence key={one.id} evidence={one} onSeek={onSeek} />
          ))}
        </ul>
      )}
      {changes.length > 0 && (
        <>
          <h3 className="text-sm font-medium">{t('Afterwards')}</h3>
          <ul className="grid gap-1.5">
            {changes.map(({ changeId, kind, saidAt, action, ground }) => (
              <li key={changeId} className="text-sm">
                <Link
                  to="/consent/$id"
                  params={{ id: changeId }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {changeInWords(kind)}: {actionInWords(action)}
                </Link>{' '}
                <span className="text-quiet">
                  <Timestamp instant={saidAt} />. {ground}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {withdrawing !== undefined && (
        <ChangeDialog
          party={{ recordingId: recording.id, ...withdrawing }}
          onClose={() => {
            setWithdrawing(undefined);
          }}
        />
      )}
    </div>
  );
}

function Evidence({
  evidence,
  onSeek,
}: {
  readonly evidence: ConsentEvidence;
  readonly onSeek: ConsentCardProps['onSeek'];
}) {
  const { kind, offsetMs, saidAt, label } = evidence;
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 text-sm">
      <span className="min-w-0 break-words">
        <Badge tone={toneOf(kind)}>{evidenceInWords(evidence)}</Badge>{' '}
        <span className="text-xs text-quiet">
          {label !== null && `${t('line {{label}}', { label })}, `}
          {sourceInWords(evidence)}, <Timestamp instant={saidAt} />
        </span>
      </span>
      {offsetMs !== null && onSeek !== undefined && (
        <Button
          size="small"
          onClick={() => {
            onSeek(offsetMs / 1000);
          }}
        >
          <Play aria-hidden /> {t('Hear at {{place}}', { place: clockLength(offsetMs) })}
        </Button>
      )}
    </li>
  );
}

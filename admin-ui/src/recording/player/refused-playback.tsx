import { useEffect } from 'react';
import { Ban } from 'lucide-react';
import { useWhy } from '../../api/access-policies.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { AskForAccess } from '../../grants/ask-for-access.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { t } from '../../i18n/t.ts';

interface RefusedPlaybackProps {
  readonly recordingId: string;
  /** Said while the policies are asked, and where they cannot be. */
  readonly fallback: string;
}

/** Names the policies that refuse a playback, says whom to ask, and leads to asking for a grant. */
export function RefusedPlayback({ recordingId, fallback }: RefusedPlaybackProps) {
  const why = useWhy();
  const { mutate } = why;
  useEffect(() => {
    mutate({ act: 'recording.play', recordingId });
  }, [mutate, recordingId]);
  const answer = why.data;
  const policies = answer?.decision.policies ?? [];
  return (
    <div
      role="group"
      aria-label={t('Why it is not played')}
      data-testid="refused-playback"
      className="grid gap-3 rounded-md border border-warn/30 bg-warn-soft p-3 text-sm"
    >
      <p className="flex items-start gap-2 font-medium">
        <Ban aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        {t('You may not play this recording.')}
      </p>
      {answer === undefined || answer.decision.allowed ? (
        <p>{fallback}</p>
      ) : (
        <>
          {policies.length === 0 ? (
            <p>{t('No policy allows it to you, and what none allows is refused.')}</p>
          ) : (
            <ul className="grid gap-1.5" aria-label={t('Policies that decided')}>
              {policies.map(({ id, says }) => (
                <li key={id} className="flex flex-wrap items-baseline gap-x-2">
                  <Badge tone="bad">{t('Forbids')}</Badge>
                  <span>{says}</span>
                  <code className="font-mono text-xs text-quiet">{id}</code>
                </li>
              ))}
            </ul>
          )}
          {answer.ask.length > 0 && (
            <div>
              <h3 className="font-medium">{t('What to do')}</h3>
              <ul className="mt-1 grid list-disc gap-1 pl-5">
                {answer.ask.map((sentence) => (
                  <li key={sentence}>
                    <Sentence text={sentence} />
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
      <p className="text-xs text-quiet">{t('Attempts to play it are entered in the ledger.')}</p>
      <AskForAccess recordingId={recordingId} act="recording.play" />
    </div>
  );
}

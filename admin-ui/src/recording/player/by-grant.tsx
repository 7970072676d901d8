import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useMyGrants } from '../../api/grants.ts';
import { useSession } from '../../api/session.ts';
import { Timestamp } from '../../components/timestamp.tsx';
import { grantFor } from '../../grants/grant-for.ts';
import { Rich } from '../../i18n/rich.tsx';
import { t } from '../../i18n/t.ts';
import { refusal } from '../../session/use-may.ts';
import { RefusedPlayback } from './refused-playback.tsx';

interface ByGrantProps {
  readonly recordingId: string;
  /** The player, for the purpose of the grant; an emergency right states none. */
  readonly children: (purpose: string | undefined) => ReactNode;
}

/**
 * Shows the player where the reader has a grant for the recording, and states its purpose; else says why not, and leads to asking for
 * one. A grant that ends, by its time or by somebody, takes the player away: what the browser has loaded is not heard to its end.
 */
export function ByGrant({ recordingId, children }: ByGrantProps) {
  const { user } = useSession();
  const found = grantFor(useMyGrants().data?.items ?? [], recordingId);
  const isOver = useIsOver(found?.untilAt);
  const grant = isOver ? undefined : found;
  const [had, setHad] = useState(false);
  if (grant !== undefined && !had) setHad(true);
  if (grant === undefined)
    return (
      <div className="grid gap-4">
        {had && (
          <p role="alert" data-testid="grant-ended" className="text-sm font-medium">
            {t('The grant by which you played it has ended, so the playback was stopped.')}
          </p>
        )}
        <RefusedPlayback recordingId={recordingId} fallback={refusal(user.role, 'recording.play')} />
      </div>
    );
  const isEmergency = grant.kind === 'break-glass';
  return (
    <div className="grid gap-4">
      <p className="text-sm text-quiet" data-testid="by-grant">
        {isEmergency ? (
          <Rich
            text="By your emergency right, which ends <at/>."
            parts={{ at: <Timestamp instant={grant.untilAt} /> }}
          />
        ) : (
          <Rich
            text="By your grant for {{purpose}}, which ends <at/>."
            values={{ purpose: grant.purpose }}
            parts={{ at: <Timestamp instant={grant.untilAt} /> }}
          />
        )}
      </p>
      {children(isEmergency ? undefined : grant.purpose)}
    </div>
  );
}

/** The longest time that a timer of a browser takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether an instant is over; turns true when it passes. */
function useIsOver(instant: string | undefined): boolean {
  const [passed, setPassed] = useState<string>();
  useEffect(() => {
    if (instant === undefined) return undefined;
    const timer = setTimeout(
      () => {
        if (Date.parse(instant) <= Date.now()) setPassed(instant);
      },
      Math.min(Math.max(0, Date.parse(instant) - Date.now()), LONGEST_TIMER_MS),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [instant]);
  return instant !== undefined && passed === instant;
}

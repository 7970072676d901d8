import type { OpenSession } from '../api/sessions.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { meansInWords, placeInWords } from './session-words.ts';

interface SessionListProps {
  readonly caption: string;
  readonly sessions: readonly OpenSession[];
  readonly testId: string;
  readonly withPeople?: boolean;
  readonly onEnd: (session: OpenSession) => void;
}

/** Sessions with what tells them apart; the one that is looked at in has no button, because signing out ends it. */
export function SessionList({ caption, sessions, testId, withPeople = false, onEnd }: SessionListProps) {
  return (
    <ul aria-label={caption} data-testid={testId} className="divide-y divide-line text-sm">
      {sessions.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
          <div className="min-w-0 grow">
            <p className="font-medium break-words">
              {withPeople ? session.user.name : placeInWords(session)}{' '}
              {session.current && <Badge tone="accent">{t('This session')}</Badge>}
              {session.means === 'break-glass' && <Badge tone="warn">{t('Emergency')}</Badge>}
            </p>
            <p className="text-xs text-quiet">
              {withPeople && `${placeInWords(session)}. `}
              <Rich
                text="{{means}}. Began <began/>, last act <seen/>."
                values={{ means: meansInWords(session.means) }}
                parts={{
                  began: <Timestamp instant={session.startedAt} />,
                  seen: <Timestamp instant={session.lastSeenAt} />,
                }}
              />
            </p>
          </div>
          {!session.current && (
            <Button
              size="small"
              aria-label={
                withPeople
                  ? t('End the session of {{person}}', { person: session.user.name })
                  : t('End the session in {{place}}', { place: placeInWords(session) })
              }
              onClick={() => {
                onEnd(session);
              }}
            >
              {t('End')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

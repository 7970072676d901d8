import { Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import type { ConnectionHealth } from '../api/connections.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { Failure } from '../components/failure.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { percent, waitedFor } from './connection-words.ts';

interface TrafficCardProps {
  readonly connectionId: string;
  readonly health: ConnectionHealth;
}

const link = 'underline decoration-line-strong underline-offset-2 hover:decoration-current';

/** What waits, what failed, and whether the other side is asked at all. */
export function TrafficCard({
  connectionId,
  health: { deliveries, remains, quota, breaker },
}: TrafficCardProps) {
  return (
    <Card title={t('Deliveries')} icon={<Activity />}>
      <FactList>
        {remains !== null && (
          <Fact name={t('Still there')}>
            {t('{{recordings}} recordings, {{held}} of them held', {
              recordings: number(remains.recordings),
              held: number(remains.held),
            })}
          </Fact>
        )}
        {deliveries !== null && (
          <>
            <Fact name={t('Last success')}>
              {deliveries.lastDoneAt === null ? (
                t('None yet')
              ) : (
                <Timestamp instant={deliveries.lastDoneAt} exact />
              )}
            </Fact>
            <Fact name={t('Waiting')}>
              <Link to="/deliveries" search={{ connectionId, state: 'queued' }} className={link}>
                {number(deliveries.queued)}
              </Link>
              {deliveries.oldestQueuedAt !== null && (
                <span className="text-quiet">
                  {t('the oldest for {{time}}', { time: waitedFor(deliveries.oldestQueuedAt, new Date()) })}
                </span>
              )}
            </Fact>
            <Fact name={t('Last hour')}>
              {deliveries.attempts === 0
                ? t('Nothing was sent')
                : plural(
                    deliveries.attempts,
                    {
                      one: '{{count}} attempt, {{share}} failed',
                      other: '{{count}} attempts, {{share}} failed',
                    },
                    { share: percent(deliveries.failed / deliveries.attempts) },
                  )}
            </Fact>
            <Fact name={t('Dead letters')}>
              <Link to="/deliveries" search={{ connectionId, state: 'dead' }} className={link}>
                {number(deliveries.dead)}
              </Link>
            </Fact>
            {deliveries.error !== null && (
              <Fact name={t('Last failure')}>
                <Failure title={deliveries.error.title} fix={deliveries.error.fix} />
                {deliveries.lastFailedAt !== null && (
                  <Timestamp instant={deliveries.lastFailedAt} className="text-quiet" />
                )}
              </Fact>
            )}
            {deliveries.closedUntil !== null && (
              <Fact name={t('Asked again')}>
                <Timestamp instant={deliveries.closedUntil} exact />
              </Fact>
            )}
          </>
        )}
        {breaker !== null && breaker.state !== 'closed' && <Circuit breaker={breaker} />}
        {quota !== null && quota.remaining !== null && (
          <Fact name={t('Quota left')}>
            {number(quota.remaining)}
            {quota.limit !== null && (
              <span className="text-quiet">{t('of {{limit}}', { limit: number(quota.limit) })}</span>
            )}
          </Fact>
        )}
      </FactList>
    </Card>
  );
}

/** That the other side does not answer: since when, and when it is tried again. */
function Circuit({
  breaker: { state, failingSince, probeAt },
}: {
  readonly breaker: NonNullable<ConnectionHealth['breaker']>;
}) {
  return (
    <Fact name={t('Circuit')}>
      <Badge tone="warn">{state === 'open' ? t('Open: nothing is sent') : t('Trying one')}</Badge>
      {failingSince !== null && (
        <span className="text-quiet">
          <Rich text="no answer since <at/>" parts={{ at: <Timestamp instant={failingSince} exact /> }} />
        </span>
      )}
      {state === 'open' && probeAt !== null && (
        <span className="text-quiet">
          <Rich text="tried again <at/>" parts={{ at: <Timestamp instant={probeAt} exact /> }} />
        </span>
      )}
    </Fact>
  );
}

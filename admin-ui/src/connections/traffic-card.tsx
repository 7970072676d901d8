import { Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import type { ConnectionHealth } from '../api/connections.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { counted } from '../format/words.ts';
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
    <Card title="Deliveries" icon={<Activity />}>
      <FactList>
        {remains !== null && (
          <Fact name="Still there">
            {remains.recordings.toLocaleString('en')} recordings, {remains.held.toLocaleString('en')} of them
            held
          </Fact>
        )}
        {deliveries !== null && (
          <>
            <Fact name="Last success">
              {deliveries.lastDoneAt === null ? (
                'None yet'
              ) : (
                <Timestamp instant={deliveries.lastDoneAt} exact />
              )}
            </Fact>
            <Fact name="Waiting">
              <Link to="/deliveries" search={{ connectionId, state: 'queued' }} className={link}>
                {deliveries.queued.toLocaleString('en')}
              </Link>
              {deliveries.oldestQueuedAt !== null && (
                <span className="text-quiet">
                  the oldest for {waitedFor(deliveries.oldestQueuedAt, new Date())}
                </span>
              )}
            </Fact>
            <Fact name="Last hour">
              {deliveries.attempts === 0
                ? 'Nothing was sent'
                : `${counted(deliveries.attempts, 'attempt', 'attempts')}, ${percent(deliveries.failed / deliveries.attempts)} failed`}
            </Fact>
            <Fact name="Dead letters">
              <Link to="/deliveries" search={{ connectionId, state: 'dead' }} className={link}>
                {deliveries.dead.toLocaleString('en')}
              </Link>
            </Fact>
            {deliveries.error !== null && (
              <Fact name="Last failure">
                <span>{deliveries.error.title}</span>
                {deliveries.lastFailedAt !== null && (
                  <Timestamp instant={deliveries.lastFailedAt} className="text-quiet" />
                )}
              </Fact>
            )}
            {deliveries.closedUntil !== null && (
              <Fact name="Asked again">
                <Timestamp instant={deliveries.closedUntil} exact />
              </Fact>
            )}
          </>
        )}
        {breaker !== null && breaker.state !== 'closed' && (
          <Fact name="Circuit">
            <Badge tone="warn">{breaker.state === 'open' ? 'Open: nothing is sent' : 'Trying one'}</Badge>
          </Fact>
        )}
        {quota !== null && quota.remaining !== null && (
          <Fact name="Quota left">
            {quota.remaining.toLocaleString('en')}
            {quota.limit !== null && (
              <span className="text-quiet">of {quota.limit.toLocaleString('en')}</span>
            )}
          </Fact>
        )}
      </FactList>
    </Card>
  );
}

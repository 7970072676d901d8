import { MailX } from 'lucide-react';
import { useDeadLetters } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { DeadLetterGroupItem } from './dead-letter-group-item.tsx';
import { ReplayProgress } from './replay-progress.tsx';

interface DeadLettersCardProps {
  readonly connectionId: string | undefined;
  /** The group that the list below shows. */
  readonly chosen: string | undefined;
}

/** What failed for good, grouped by its cause: put the cause right, then send the whole group again. */
export function DeadLettersCard({ connectionId, chosen }: DeadLettersCardProps) {
  const found = useDeadLetters(connectionId);
  const groups = found.data?.items ?? [];
  return (
    <>
      {found.isError && found.data === undefined && (
        <ProblemNotice
          error={found.error}
          title={t('The dead letters could not be loaded')}
          onRetry={() => void found.refetch()}
        />
      )}
      <ReplayProgress connectionId={connectionId} />
      {groups.length > 0 && (
        <Card
          title={t('Dead letters')}
          icon={<MailX />}
          hint={t('Grouped by cause; put the cause right before they are sent again')}
        >
          <ul className="grid gap-4">
            {groups.map((group) => (
              <DeadLetterGroupItem
                key={`${group.connectionId}/${group.fingerprint}`}
                group={group}
                chosen={group.fingerprint === chosen}
              />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

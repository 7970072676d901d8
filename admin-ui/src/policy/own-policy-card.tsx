import { Landmark } from 'lucide-react';
import { useOwnPolicy } from '../api/policy.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';

/** The versions of the tenant's own policy. */
export function OwnPolicyCard() {
  const { data, error, refetch } = useOwnPolicy();
  return (
    <Card
      title="Our own policy"
      hint="On top of the rule pack; it can ask for more and never for less"
      icon={<Landmark />}
    >
      {error !== null && (
        <ProblemNotice error={error} title="It could not be loaded" onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={<Landmark />} title="No policy of our own">
          Keep longer, announce more, narrow regions: write the rules in a file and propose it with{' '}
          <code>holdfast policy propose</code>.
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {data?.items.map(({ version, state, note, body, proposedAt, proposedBy }) => (
          <li key={version} className="grid gap-1 text-sm">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">Version {version}</span>
              <Badge tone={state === 'active' ? 'good' : 'neutral'}>{state}</Badge>
              <span className="text-quiet">
                <Timestamp instant={proposedAt} /> by {proposedBy ?? 'an erased person'}
              </span>
            </div>
            <p>{note}</p>
            <p className="text-xs text-quiet">
              {[...body.consent, ...body.retention, ...body.residency, ...body.classes]
                .map(({ id }) => id)
                .join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

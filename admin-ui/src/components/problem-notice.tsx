import { TriangleAlert } from 'lucide-react';
import { ProblemError } from '../api/problem.ts';
import { Button } from './ui/button.tsx';
import { t } from '../i18n/t.ts';

interface ProblemNoticeProps {
  readonly error: unknown;
  /** What could not be done, "The recordings could not be loaded"; used where the hub named nothing better. */
  readonly title: string;
  readonly onRetry?: () => void;
}

/** A failure in the hub's own words, with the way out where there is one. */
export function ProblemNotice({ error, title, onRetry }: ProblemNoticeProps) {
  const problem = error instanceof ProblemError ? error : undefined;
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-md border border-bad/30 bg-bad-soft p-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 grow">
        <p className="font-medium">{title}</p>
        <p className="mt-0.5 text-ink/85">
          {problem?.message ?? t('An unexpected error in the console. Reload the page.')}
        </p>
        {problem?.traceId !== undefined && (
          <p className="mt-1 font-mono text-xs break-all text-quiet">
            {t('Trace {{id}}', { id: problem.traceId })}
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button size="small" onClick={onRetry}>
          {t('Try again')}
        </Button>
      )}
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import { ChevronLeft, FileQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemError } from '../api/problem.ts';
import { EmptyState } from './empty-state.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { Skeleton } from './ui/skeleton.tsx';

type List =
  | '/access-alerts'
  | '/access-policies'
  | '/approvals'
  | '/connections'
  | '/consent'
  | '/deliveries'
  | '/disposals'
  | '/exports'
  | '/grants'
  | '/identity-providers'
  | '/incidents'
  | '/matters'
  | '/people'
  | '/reports'
  | '/requests'
  | '/webhooks';

interface DetailPageProps<T> {
  /** The list that it belongs to. */
  readonly back: { readonly to: List; readonly label: string };
  readonly query: {
    readonly data: T | undefined;
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** Said where it cannot be loaded. */
  readonly failed: string;
  /** Said where there is no such thing: the API answers 404, or 400 for what is no id. */
  readonly missing?: { readonly title: string; readonly why: string; readonly statuses?: readonly number[] };
  readonly children: (data: T) => ReactNode;
}

const MISSING: readonly number[] = [400, 404];

/** The screen of one thing: the way back to its list, and the thing, or why it is not there. */
export function DetailPage<T>({ back, query, failed, missing, children }: DetailPageProps<T>) {
  const { data, isPending, error, refetch } = query;
  const isMissing =
    missing !== undefined &&
    error instanceof ProblemError &&
    (missing.statuses ?? MISSING).includes(error.status);
  return (
    <>
      <Link
        to={back.to}
        className="inline-flex items-center gap-1 justify-self-start text-sm text-quiet hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" /> {back.label}
      </Link>
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {isMissing && (
        <EmptyState icon={<FileQuestion />} title={missing.title}>
          {missing.why}
        </EmptyState>
      )}
      {error !== null && !isMissing && (
        <ProblemNotice error={error} title={failed} onRetry={() => void refetch()} />
      )}
      {data !== undefined && children(data)}
    </>
  );
}

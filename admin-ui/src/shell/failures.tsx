import { Link, useRouter } from '@tanstack/react-router';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { t } from '../i18n/t.ts';

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState icon={<Compass />} title={t('There is no such page')}>
      <Link to="/recordings" className="text-accent underline underline-offset-2">
        {t('Go to the recordings')}
      </Link>
    </EmptyState>
  );
}

/** For a screen that could not be shown at all. */
export function ScreenFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-xl p-6">
      <ProblemNotice error={error} title={t('This screen could not be shown')} onRetry={retry} />
    </div>
  );
}

/** While the session is asked for, when that takes longer than a moment. */
export function Opening() {
  return (
    <p role="status" className="grid min-h-dvh place-items-center text-quiet">
      {t('Opening the console…')}
    </p>
  );
}

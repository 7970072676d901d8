import { useEffect, useRef } from 'react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import { useFinishAuthorization } from '../api/connections.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { t } from '../i18n/t.ts';

const route = getRouteApi('/signed-in/connections/authorized');

/** Where an authorization server sends a person back to: what it gave is handed on once, then the connection is shown. */
export function AuthorizedPage() {
  const { state, code, error } = route.useSearch();
  const finish = useFinishAuthorization();
  const navigate = useNavigate();
  const handed = useRef(false);
  useEffect(() => {
    if (handed.current || state === undefined || code === undefined) return;
    handed.current = true;
    finish.mutate(
      { state, code },
      {
        onSuccess: ({ id, state: standing }) => {
          void (standing === 'draft'
            ? navigate({
                to: '/connections/$id/set-up/$step',
                params: { id, step: 'checks' },
                replace: true,
              })
            : navigate({ to: '/connections/$id', params: { id }, replace: true }));
        },
      },
    );
  }, [state, code, finish, navigate]);
  const refused = state === undefined || code === undefined;
  return (
    <>
      <PageHeader title={t('Consent')} />
      {finish.isError && <ProblemNotice error={finish.error} title={t('The consent could not be used')} />}
      {refused && (
        <p className="text-sm">
          {error === undefined
            ? t('The other side gave no consent; the connection is as it was.')
            : t('The other side gave no consent ({{error}}); the connection is as it was.', { error })}
        </p>
      )}
      {(finish.isError || refused) && (
        <Link to="/connections" className="justify-self-start text-sm underline underline-offset-2">
          {t('Back to the connections')}
        </Link>
      )}
      {!refused && !finish.isError && (
        <p role="status" className="flex items-center gap-2 text-sm text-quiet">
          <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t('Handing the consent on…')}
        </p>
      )}
    </>
  );
}

import { useState } from 'react';
import { MonitorSmartphone, Users } from 'lucide-react';
import {
  useAllSessions,
  useEndOtherSessions,
  useEndOwnSession,
  useEndSession,
  useOwnSessions,
  type OpenSession,
} from '../api/sessions.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { PasswordCard } from './password-card.tsx';
import { SessionList } from './session-list.tsx';

/** Where one is signed in, and for administrators where everybody is. */
export function SessionsPage() {
  const may = useMay('session.manage');
  return (
    <>
      <PageHeader title={t('Sessions')} />
      <OwnSessions />
      <PasswordCard />
      {may && <AllSessions />}
    </>
  );
}

function OwnSessions() {
  const { data, isPending, error, refetch } = useOwnSessions();
  const endOne = useEndOwnSession();
  const endOthers = useEndOtherSessions();
  const failure = endOne.error ?? endOthers.error;
  const others = data?.items.filter(({ current }) => !current).length ?? 0;
  return (
    <Card
      title={t('My sessions')}
      icon={<MonitorSmartphone />}
      hint={t('End what you do not recognise, then change how you sign in')}
      padded={false}
      actions={
        <Button
          size="small"
          disabled={others === 0 || endOthers.isPending}
          data-testid="end-other-sessions"
          onClick={() => {
            endOthers.mutate(undefined);
          }}
        >
          {t('End all others')}
        </Button>
      }
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('Your sessions could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {failure !== null && <ProblemNotice error={failure} title={t('The session was not ended')} />}
      {isPending && <Skeleton className="m-4 h-20 rounded-lg" />}
      {data !== undefined && (
        <SessionList
          caption={t('My open sessions, the newest first')}
          sessions={data.items}
          testId="own-sessions"
          onEnd={(session) => {
            endOne.mutate(session.id);
          }}
        />
      )}
    </Card>
  );
}

function AllSessions() {
  const { data, isPending, error, refetch } = useAllSessions(true);
  const [ending, setEnding] = useState<OpenSession>();
  const end = useEndSession();
  return (
    <Card
      title={t("Everybody's sessions")}
      icon={<Users />}
      hint={t('Ending one is entered in the ledger')}
      padded={false}
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The sessions could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="m-4 h-20 rounded-lg" />}
      {data !== undefined && (
        <SessionList
          caption={t('Open sessions of everybody, the newest first')}
          sessions={data.items}
          testId="all-sessions"
          withPeople
          onEnd={setEnding}
        />
      )}
      {ending !== undefined && (
        <ReasonDialog
          title={t('End the session of {{person}}?', { person: ending.user.name })}
          description={t(
            'It ends at once, with everything that plays or is downloaded in it. The person may sign in again.',
          )}
          act={t('End session')}
          pending={end.isPending}
          error={end.error}
          testId="confirm-end-session"
          onReason={(reason) => {
            end.mutate(
              { id: ending.id, reason },
              {
                onSuccess: () => {
                  setEnding(undefined);
                },
              },
            );
          }}
          onClose={() => {
            end.reset();
            setEnding(undefined);
          }}
        />
      )}
    </Card>
  );
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { readSession, useSession } from '../api/session.ts';
import { SESSION_KEY } from '../api/query-client.ts';
import { signInDesk } from '../api/sign-in-desk.ts';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { SignInAgainDialog } from './sign-in-again-dialog.tsx';
import { onSignedInElsewhere, tellSignedIn } from './signed-in-elsewhere.ts';

/**
 * Stands by for calls that find the session ended. What was typed stays: a notice says so while the person types, and what they do
 * next asks in a dialog over the page; after the sign-in the calls go on. Another person begins with an empty page.
 */
export function SignInAgainHost() {
  const queries = useQueryClient();
  const session = useSession();
  const before = useRef(session);
  const [tell, setTell] = useState<(given: boolean) => void>();
  const [urgent, setUrgent] = useState(false);
  const asked = tell !== undefined;

  useEffect(() => {
    if (!asked) before.current = session;
  }, [asked, session]);
  useEffect(() => {
    tellSignedIn(); // this page has a session: a window that waits for one may go on
    return signInDesk.register({
      ask: () =>
        new Promise<boolean>((resolve) => {
          setUrgent(!isAtWork());
          setTell(() => resolve);
        }),
      urge: () => {
        setUrgent(true);
      },
    });
  }, []);

  const signedIn = useCallback(async () => {
    const now = await readSession();
    const { user, tenant } = before.current;
    if (now.user.id !== user.id || now.tenant.id !== tenant.id) {
      window.location.assign('/'); // nothing of the one who was here stays
      return;
    }
    queries.setQueryData(SESSION_KEY, now);
    setTell(undefined);
    tell?.(true);
    tellSignedIn();
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  }, [queries, tell]);
  useEffect(
    () => (asked ? onSignedInElsewhere(() => void signedIn().catch(() => undefined)) : undefined),
    [asked, signedIn],
  );

  if (!asked) return null;
  if (!urgent)
    return (
      <Notice
        onSignIn={() => {
          setUrgent(true);
        }}
      />
    );
  return (
    <SignInAgainDialog
      name={before.current.user.name}
      onSignedIn={() => void signedIn()}
      onLeave={() => {
        setTell(undefined);
        tell(false);
      }}
    />
  );
}

/** Whether the person types, or has a dialog open: then nothing is laid over it. */
function isAtWork(): boolean {
  const { activeElement } = document;
  return (
    document.querySelector('[role=dialog]') !== null ||
    activeElement?.matches('input, textarea, select, [contenteditable=true], [role=textbox]') === true
  );
}

function Notice({ onSignIn }: { readonly onSignIn: () => void }) {
  return (
    <div
      role="alert"
      data-testid="session-ended"
      className="fixed inset-x-0 bottom-0 z-60 flex flex-wrap items-center justify-center gap-3 border-t border-warn/40 bg-warn-soft p-3 text-sm"
    >
      {t('Your session has ended. What you entered stays; you will be asked to sign in when you go on.')}
      <Button size="small" onClick={onSignIn}>
        <LogIn aria-hidden /> {t('Sign in')}
      </Button>
    </div>
  );
}

import { useEffect, useRef } from 'react';
import { Link, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import { ProblemError } from '../api/problem.ts';
import { useSignIn } from '../api/session.ts';
import { usePageTitle } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Logo } from '../components/logo.tsx';
import { t } from '../i18n/t.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { PasswordForm } from './password-form.tsx';
import { PasteLink } from './paste-link.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';
import { pathAfterSignIn, tokenOfFragment } from './sign-in-token.ts';

/** Redeems the one-time token of a sign-in link; without one it says how to get a link. */
export function SignInPage() {
  usePageTitle(t('Sign in'));
  const { signIn, redeem, enter } = useRedeem();
  useTokenInFragment(redeem);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="grid w-full max-w-md gap-5 rounded-xl border border-line bg-surface p-6 shadow-sm sm:p-8">
        <Logo />
        {signIn.isPending || signIn.isSuccess ? (
          <p role="status" className="flex items-center gap-2 py-6 text-quiet">
            <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t('Signing you in…')}
          </p>
        ) : (
          <>
            <h1 className="text-lg font-semibold">{t('Sign in')}</h1>
            {signIn.isError && <ProblemNotice error={signIn.error} title={titleOf(signIn.error)} />}
            <ProviderSignIn />
            <PasskeyButton onSignedIn={enter} />
            <PasswordForm onSignedIn={enter} />
            <HowToGetLink again={signIn.isError} />
            <PasteLink onToken={redeem} />
            <p className="text-xs text-quiet">
              {t('Signed in already?')}{' '}
              <Link to="/" className="text-accent underline underline-offset-2">
                {t('Open the console')}
              </Link>
            </p>
          </>
        )}
      </div>
    </main>
  );
}

function HowToGetLink({ again }: { readonly again: boolean }) {
  return (
    <div className="grid gap-2 text-sm">
      <p>
        {again
          ? t('To get a new link, run this on the machine where Holdfast runs, or ask your administrator to:')
          : t(
              'At the first start you sign in with a one-time link. To get one, run this on the machine where Holdfast runs, or ask your administrator to:',
            )}
      </p>
      <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2.5 font-mono text-sm">
        {'holdfast sign-in'}
      </pre>
      <p className="text-quiet">{t('Each link works once and only for a short time.')}</p>
    </div>
  );
}

/** A refused token is an expected answer and gets a plain title; anything else keeps the title of its problem. */
function titleOf(error: Error): string {
  if (!(error instanceof ProblemError)) return t('You could not be signed in');
  if ([400, 401, 404, 410].includes(error.status))
    return t('This sign-in link has expired or was already used');
  return error.title;
}

function useRedeem() {
  const signIn = useSignIn();
  const router = useRouter();
  const next = useLocation({ select: (location) => (location.search as { next?: string }).next });
  const enter = () => {
    router.history.replace(pathAfterSignIn(next));
  };
  const redeem = (token: string) => {
    signIn.mutate(token, { onSuccess: enter });
  };
  return { signIn, redeem, enter };
}

/** Takes the token out of the URL, so that it stays in no history, and redeems it exactly once. */
function useTokenInFragment(redeem: (token: string) => void): void {
  const fragment = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const redeemed = useRef<string>(undefined);
  useEffect(() => {
    const token = tokenOfFragment(fragment);
    if (token === undefined || redeemed.current === token) return;
    redeemed.current = token;
    void navigate({ to: '/sign-in', search: (search) => search, hash: '', replace: true });
    redeem(token);
  });
}

import { useEffect, useRef } from 'react';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useChanges } from '../api/changes/use-changes.ts';
import { useSession } from '../api/session.ts';
import { NoAuthenticatorNotice } from '../authenticators/no-authenticator-notice.tsx';
import { EndingGrantsNotice } from '../grants/ending-grants-notice.tsx';
import { SignInAgainHost } from '../session/sign-in-again-host.tsx';
import { StepUpHost } from '../step-up/step-up-host.tsx';
import { Logo } from '../components/logo.tsx';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { AccountColumn, AccountMenu } from './account.tsx';
import { FrameKeys, openFrameDialog } from './frame-keys.tsx';
import { Navigation } from './navigation.tsx';
import { PhoneMenu } from './phone-menu.tsx';
import { ReadinessIndicator } from './readiness-indicator.tsx';

/** The frame around every screen of a signed-in person. */
export function AppShell() {
  useChanges();
  const main = useFocusAfterNavigation();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[14rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('Skip to content')}
      </a>
      <StepUpHost />
      <SignInAgainHost />
      <FrameKeys />
      <TopBar />
      <SideBar />
      <main ref={main} id="content" tabIndex={-1} className="min-w-0">
        <div className="mx-auto grid max-w-7xl grid-cols-[minmax(0,1fr)] gap-4 p-4 md:p-6">
          <NoAuthenticatorNotice />
          <EndingGrantsNotice />
          <Outlet />
        </div>
      </main>
    </div>
  );
}

function SideBar() {
  const { tenant } = useSession();
  return (
    <header className="sticky top-0 hidden h-dvh flex-col gap-5 border-r border-line bg-surface p-3 md:flex">
      <div className="grid gap-2.5 px-2 pt-2">
        <Logo />
        <p className="text-xs text-quiet">
          <span className="block truncate font-medium text-ink">{tenant.name}</span>
          {t('Region {{region}}', { region: tenant.region })}
        </p>
      </div>
      <JumpButton className="w-full justify-start" />
      <Navigation className="min-h-0 grow overflow-y-auto" />
      <ReadinessIndicator />
      <div className="border-t border-line pt-3">
        <AccountColumn />
      </div>
    </header>
  );
}

function TopBar() {
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface md:hidden">
      <div className="flex items-center gap-2 px-3 py-2 has-[[data-unready]]:flex-wrap">
        <PhoneMenu />
        <Logo className="mr-auto" />
        <ReadinessIndicator />
        <JumpButton small />
        <AccountMenu />
      </div>
    </header>
  );
}

/** The way to every screen by its name, and to every thing by its id. */
function JumpButton({ small = false, className }: { readonly small?: boolean; readonly className?: string }) {
  return (
    <Button
      size={small ? 'icon' : 'small'}
      tone={small ? 'quiet' : 'plain'}
      className={className}
      aria-label={small ? t('Go to') : undefined}
      aria-keyshortcuts="Control+K"
      onClick={() => {
        openFrameDialog('jump');
      }}
    >
      <Search aria-hidden />
      {!small && (
        <>
          {t('Go to')} <kbd className="ml-auto font-mono text-quiet">{'Ctrl K'}</kbd>
        </>
      )}
    </Button>
  );
}

/** After navigation the keyboard and the screen reader begin at the new screen, not at the link that led there. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

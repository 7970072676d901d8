import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Keyboard, KeyRound, Languages, LogOut, User } from 'lucide-react';
import { useSession, useSignOut } from '../api/session.ts';
import { Button } from '../components/ui/button.tsx';
import { Popover } from '../components/ui/popover.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { roleInWords } from '../people/people-words.ts';
import { localClock } from '../format/time.ts';
import { t } from '../i18n/t.ts';
import { Appearance } from './appearance.tsx';
import { openFrameDialog } from './frame-keys.tsx';

/** Who is signed in, where, until when, how the console looks, and the way out. */
export function Account({ children }: { readonly children: ReactNode }) {
  const { user, tenant, expiresAt } = useSession();
  return (
    <div className="grid gap-2">
      <div className="px-2 text-sm">
        <p className="truncate font-medium">{user.name}</p>
        <p className="text-xs text-quiet">{roleInWords(user.role)}</p>
        <p className="text-xs text-quiet">{t('Session ends at {{time}}', { time: localClock(expiresAt) })}</p>
      </div>
      <div className="px-2 text-xs text-quiet md:hidden">
        {tenant.name} · {tenant.region}
      </div>
      <Link
        to="/authenticators"
        className="flex h-7 items-center gap-1.5 rounded-md px-2.5 text-xs font-medium text-quiet hover:bg-sunken hover:text-ink"
      >
        <KeyRound aria-hidden className="size-4" /> {t('My authenticators')}
      </Link>
      {children}
      <SignOut />
    </div>
  );
}

/** At the foot of the column of screens: the looks behind a button of their own. */
export function AccountColumn() {
  return (
    <Account>
      <Popover
        label={t('Language and looks')}
        trigger={
          <Button tone="quiet" size="small" className="justify-start">
            <Languages aria-hidden /> {t('Language and looks')}
          </Button>
        }
      >
        <div className="grid gap-2">
          <Appearance />
          <KeysButton />
        </div>
      </Popover>
    </Account>
  );
}

/** All of it behind one button, for a phone. */
export function AccountMenu() {
  return (
    <Popover
      label={t('Account')}
      trigger={
        <Button tone="quiet" size="icon" aria-label={t('Account')}>
          <User />
        </Button>
      }
    >
      <Account>
        <KeysButton />
        <Appearance />
      </Account>
    </Popover>
  );
}

function KeysButton() {
  return (
    <Button
      tone="quiet"
      size="small"
      className="justify-start"
      onClick={() => {
        openFrameDialog('keys');
      }}
    >
      <Keyboard aria-hidden /> {t('Keyboard')}
    </Button>
  );
}

function SignOut() {
  const signOut = useSignOut();
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  return (
    <Button
      tone="quiet"
      size="small"
      className="justify-start"
      disabled={signOut.isPending}
      onClick={() => {
        signOut.mutate(undefined, {
          onSuccess: async ({ url }) => {
            await navigate({ to: '/sign-in' });
            client.clear();
            if (url !== null) window.location.assign(url);
          },
          onError: (error) => {
            toast({ tone: 'bad', title: t('You are still signed in'), detail: error.message });
          },
        });
      }}
    >
      <LogOut aria-hidden /> {t('Sign out')}
    </Button>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { KeyRound, LogOut, User } from 'lucide-react';
import { useSession, useSignOut } from '../api/session.ts';
import { Button } from '../components/ui/button.tsx';
import { Popover } from '../components/ui/popover.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { codeInWords } from '../format/words.ts';
import { localClock } from '../format/time.ts';

/** Who is signed in, where, until when, and the way out. */
export function Account() {
  const { user, tenant, expiresAt } = useSession();
  return (
    <div className="grid gap-2">
      <div className="px-2 text-sm">
        <p className="truncate font-medium">{user.name}</p>
        <p className="truncate text-xs text-quiet">{codeInWords(user.role)}</p>
      </div>
      <div className="px-2 text-xs text-quiet md:hidden">
        {tenant.name} · {tenant.region}
      </div>
      <Link
        to="/authenticators"
        className="flex h-7 items-center gap-1.5 rounded-md px-2.5 text-xs font-medium text-quiet hover:bg-sunken hover:text-ink"
      >
        <KeyRound aria-hidden className="size-4" /> My authenticators
      </Link>
      <SignOut />
      <p className="px-2 text-xs text-quiet">Session ends at {localClock(expiresAt)}</p>
    </div>
  );
}

/** The same behind one button, for a phone. */
export function AccountMenu() {
  return (
    <Popover
      label="Account"
      trigger={
        <Button tone="quiet" size="icon" aria-label="Account">
          <User />
        </Button>
      }
    >
      <Account />
    </Popover>
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
            toast({ tone: 'bad', title: 'You are still signed in', detail: error.message });
          },
        });
      }}
    >
      <LogOut aria-hidden /> Sign out
    </Button>
  );
}

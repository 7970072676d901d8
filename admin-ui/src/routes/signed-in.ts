import { createRoute, redirect } from '@tanstack/react-router';
import { isSignedOut } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { AppShell } from '../shell/app-shell.tsx';
import { root } from './root.ts';

/** Everything behind it needs a session; without one the way leads over the sign-in page and back. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: AppShell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { next: location.href } });
      throw error;
    }
  },
});

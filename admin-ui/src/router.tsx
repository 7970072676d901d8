import type { QueryClient } from '@tanstack/react-query';
import {
  Outlet,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from './api/problem.ts';
import { sessionQuery } from './api/session.ts';
import { parseHoldsSearch } from './holds/holds-search.ts';
import { parseRecordingsSearch } from './recordings/recordings-search.ts';
import { RecordingsPage } from './recordings/recordings-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { AppShell } from './shell/app-shell.tsx';
import { NotFound, Opening, ScreenFailure } from './shell/failures.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    typeof raw['next'] === 'string' ? { next: raw['next'] } : {},
});

/** Everything behind it needs a session; without one the way leads over the sign-in page and back. */
const signedIn = createRoute({
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

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/recordings', replace: true });
  },
});

const recordings = createRoute({
  getParentRoute: () => signedIn,
  path: '/recordings',
  validateSearch: parseRecordingsSearch,
  component: RecordingsPage,
});

const recording = createRoute({
  getParentRoute: () => signedIn,
  path: '/recordings/$id',
  component: lazyRouteComponent(() => import('./recording/recording-page.tsx'), 'RecordingPage'),
});

const live = createRoute({
  getParentRoute: () => signedIn,
  path: '/live',
  component: lazyRouteComponent(() => import('./live/live-page.tsx'), 'LivePage'),
});

const holds = createRoute({
  getParentRoute: () => signedIn,
  path: '/holds',
  validateSearch: parseHoldsSearch,
  component: lazyRouteComponent(() => import('./holds/holds-page.tsx'), 'HoldsPage'),
});

/** The screens of the console. Search values stay plain text in the URL, so that links can be read and written by hand. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren([home, recordings, recording, live, holds])]),
    context: { queries },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ScreenFailure,
    defaultPendingComponent: Opening,
    scrollRestoration: true,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const values = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
      const text = new URLSearchParams(values.map(([name, value]) => [name, String(value)])).toString();
      return text === '' ? '' : `?${text}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

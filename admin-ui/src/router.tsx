import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { accessRoutes } from './routes/access-routes.ts';
import { homeRoute, signInRoute } from './routes/frame-routes.ts';
import { integrationRoutes } from './routes/integration-routes.ts';
import { recordsRoutes } from './routes/records-routes.ts';
import { root } from './routes/root.ts';
import { signedIn } from './routes/signed-in.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { NotFound, Opening, ScreenFailure } from './shell/failures.tsx';

/** The screens of the console. Search values stay plain text in the URL, so that links can be read and written by hand. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signInRoute,
      signedIn.addChildren([
        homeRoute,
        ...recordsRoutes,
        ...accessRoutes,
        ...integrationRoutes,
        ...systemRoutes,
      ]),
    ]),
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

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { SignInPage } from '../session/sign-in-page.tsx';
import { root } from './root.ts';
import { signedIn } from './signed-in.ts';

/** Where nobody is signed in yet. */
export const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    typeof raw['next'] === 'string' ? { next: raw['next'] } : {},
});

/** The first screen after sign-in. */
export const homeRoute = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('../home/home-page.tsx'), 'HomePage'),
});

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseAlertsSearch } from '../access-alerts/alerts-search.ts';
import { parseAccessLogSearch } from '../access-log/access-log-search.ts';
import { parseGrantsSearch } from '../grants/grants-search.ts';
import { parseWhySearch } from '../why/why-search.ts';
import { signedIn } from './signed-in.ts';

const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/people',
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => signedIn,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('../people/person-page.tsx'), 'PersonPage'),
});

const grants = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants',
  validateSearch: parseGrantsSearch,
  component: lazyRouteComponent(() => import('../grants/grants-page.tsx'), 'GrantsPage'),
});

const grant = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants/$id',
  component: lazyRouteComponent(() => import('../grants/grant-page.tsx'), 'GrantPage'),
});

const accessPolicies = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-policies',
  component: lazyRouteComponent(
    () => import('../access-policies/access-policies-page.tsx'),
    'AccessPoliciesPage',
  ),
});

const accessPolicy = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-policies/$version',
  component: lazyRouteComponent(
    () => import('../access-policies/access-policy-page.tsx'),
    'AccessPolicyPage',
  ),
});

const roles = createRoute({
  getParentRoute: () => signedIn,
  path: '/roles',
  component: lazyRouteComponent(() => import('../roles/roles-page.tsx'), 'RolesPage'),
});

const why = createRoute({
  getParentRoute: () => signedIn,
  path: '/why',
  validateSearch: parseWhySearch,
  component: lazyRouteComponent(() => import('../why/why-page.tsx'), 'WhyPage'),
});

const sessions = createRoute({
  getParentRoute: () => signedIn,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../sessions/sessions-page.tsx'), 'SessionsPage'),
});

const accessLog = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-log',
  validateSearch: parseAccessLogSearch,
  component: lazyRouteComponent(() => import('../access-log/access-log-page.tsx'), 'AccessLogPage'),
});

const accessAlerts = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-alerts',
  validateSearch: parseAlertsSearch,
  component: lazyRouteComponent(() => import('../access-alerts/access-alerts-page.tsx'), 'AccessAlertsPage'),
});

const accessAlert = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-alerts/$id',
  component: lazyRouteComponent(() => import('../access-alerts/alert-page.tsx'), 'AlertPage'),
});

const identityProviders = createRoute({
  getParentRoute: () => signedIn,
  path: '/identity-providers',
  component: lazyRouteComponent(() => import('../identity-providers/providers-page.tsx'), 'ProvidersPage'),
});

const identityProvider = createRoute({
  getParentRoute: () => signedIn,
  path: '/identity-providers/$id',
  component: lazyRouteComponent(() => import('../identity-providers/provider-page.tsx'), 'ProviderPage'),
});

const serviceTokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/service-tokens',
  component: lazyRouteComponent(
    () => import('../service-tokens/service-tokens-page.tsx'),
    'ServiceTokensPage',
  ),
});

const authenticators = createRoute({
  getParentRoute: () => signedIn,
  path: '/authenticators',
  component: lazyRouteComponent(
    () => import('../authenticators/authenticators-page.tsx'),
    'AuthenticatorsPage',
  ),
});

const proven = createRoute({
  getParentRoute: () => signedIn,
  path: '/proven',
  component: lazyRouteComponent(() => import('../step-up/proven-page.tsx'), 'ProvenPage'),
});

/** The screens of the group Access, and those that are reached from them. */
export const accessRoutes = [
  people,
  person,
  grants,
  grant,
  accessPolicies,
  accessPolicy,
  roles,
  why,
  sessions,
  accessLog,
  accessAlerts,
  accessAlert,
  identityProviders,
  identityProvider,
  serviceTokens,
  authenticators,
  proven,
] as const;

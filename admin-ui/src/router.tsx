import type { QueryClient } from '@tanstack/react-query';
import {
  Outlet,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { parseAccessLogSearch } from './access-log/access-log-search.ts';
import { isSignedOut } from './api/problem.ts';
import { sessionQuery } from './api/session.ts';
import { parseAuditSearch } from './audit/audit-search.ts';
import { parseDeliveriesSearch } from './deliveries/deliveries-search.ts';
import { parseGrantsSearch } from './grants/grants-search.ts';
import { parseHoldsSearch } from './holds/holds-search.ts';
import { parseRecordingsSearch } from './recordings/recordings-search.ts';
import { RecordingsPage } from './recordings/recordings-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { AppShell } from './shell/app-shell.tsx';
import { parseWhySearch } from './why/why-search.ts';
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

const authenticators = createRoute({
  getParentRoute: () => signedIn,
  path: '/authenticators',
  component: lazyRouteComponent(
    () => import('./authenticators/authenticators-page.tsx'),
    'AuthenticatorsPage',
  ),
});

const proven = createRoute({
  getParentRoute: () => signedIn,
  path: '/proven',
  component: lazyRouteComponent(() => import('./step-up/proven-page.tsx'), 'ProvenPage'),
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

const consent = createRoute({
  getParentRoute: () => signedIn,
  path: '/consent',
  component: lazyRouteComponent(() => import('./consent/consent-page.tsx'), 'ConsentPage'),
});

const matters = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters',
  component: lazyRouteComponent(() => import('./matters/matters-page.tsx'), 'MattersPage'),
});

const matter = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters/$id',
  component: lazyRouteComponent(() => import('./matters/matter-page.tsx'), 'MatterPage'),
});

const exportsList = createRoute({
  getParentRoute: () => signedIn,
  path: '/exports',
  component: lazyRouteComponent(() => import('./exports/exports-page.tsx'), 'ExportsPage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests',
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
});

const request = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests/$id',
  component: lazyRouteComponent(() => import('./requests/request-page.tsx'), 'RequestPage'),
});

const oneExport = createRoute({
  getParentRoute: () => signedIn,
  path: '/exports/$id',
  component: lazyRouteComponent(() => import('./exports/export-page.tsx'), 'ExportPage'),
});

const incidents = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents',
  component: lazyRouteComponent(() => import('./incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incident = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./incidents/incident-page.tsx'), 'IncidentPage'),
});

const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  component: lazyRouteComponent(() => import('./approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

const approval = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('./approvals/approval-page.tsx'), 'ApprovalPage'),
});

const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => signedIn,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./people/person-page.tsx'), 'PersonPage'),
});

const grants = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants',
  validateSearch: parseGrantsSearch,
  component: lazyRouteComponent(() => import('./grants/grants-page.tsx'), 'GrantsPage'),
});

const grant = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants/$id',
  component: lazyRouteComponent(() => import('./grants/grant-page.tsx'), 'GrantPage'),
});

const identityProviders = createRoute({
  getParentRoute: () => signedIn,
  path: '/identity-providers',
  component: lazyRouteComponent(() => import('./identity-providers/providers-page.tsx'), 'ProvidersPage'),
});

const identityProvider = createRoute({
  getParentRoute: () => signedIn,
  path: '/identity-providers/$id',
  component: lazyRouteComponent(() => import('./identity-providers/provider-page.tsx'), 'ProviderPage'),
});

const policy = createRoute({
  getParentRoute: () => signedIn,
  path: '/policy',
  component: lazyRouteComponent(() => import('./policy/policy-page.tsx'), 'PolicyPage'),
});

const accessPolicies = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-policies',
  component: lazyRouteComponent(
    () => import('./access-policies/access-policies-page.tsx'),
    'AccessPoliciesPage',
  ),
});

const accessPolicy = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-policies/$version',
  component: lazyRouteComponent(() => import('./access-policies/access-policy-page.tsx'), 'AccessPolicyPage'),
});

const why = createRoute({
  getParentRoute: () => signedIn,
  path: '/why',
  validateSearch: parseWhySearch,
  component: lazyRouteComponent(() => import('./why/why-page.tsx'), 'WhyPage'),
});

const reportsList = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports',
  component: lazyRouteComponent(() => import('./reports/reports-page.tsx'), 'ReportsPage'),
});

const oneReport = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('./reports/report-page.tsx'), 'ReportPage'),
});

const disposals = createRoute({
  getParentRoute: () => signedIn,
  path: '/disposals',
  component: lazyRouteComponent(() => import('./disposals/disposals-page.tsx'), 'DisposalsPage'),
});

const sessions = createRoute({
  getParentRoute: () => signedIn,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./sessions/sessions-page.tsx'), 'SessionsPage'),
});

const serviceTokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/service-tokens',
  component: lazyRouteComponent(
    () => import('./service-tokens/service-tokens-page.tsx'),
    'ServiceTokensPage',
  ),
});

const connections = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections',
  component: lazyRouteComponent(() => import('./connections/connections-page.tsx'), 'ConnectionsPage'),
});

const newConnection = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/new',
  component: lazyRouteComponent(() => import('./connections/new-connection-page.tsx'), 'NewConnectionPage'),
});

const authorized = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/authorized',
  validateSearch: (raw: Record<string, unknown>): { state?: string; code?: string; error?: string } =>
    Object.fromEntries(
      ['state', 'code', 'error'].flatMap((name) =>
        typeof raw[name] === 'string' ? [[name, raw[name]]] : [],
      ),
    ),
  component: lazyRouteComponent(() => import('./connections/authorized-page.tsx'), 'AuthorizedPage'),
});

const connection = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/$id',
  component: lazyRouteComponent(() => import('./connections/connection-page.tsx'), 'ConnectionPage'),
});

const deliveries = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries',
  validateSearch: parseDeliveriesSearch,
  component: lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./deliveries/delivery-page.tsx'), 'DeliveryPage'),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx'), 'WebhookPage'),
});

const accessLog = createRoute({
  getParentRoute: () => signedIn,
  path: '/access-log',
  validateSearch: parseAccessLogSearch,
  component: lazyRouteComponent(() => import('./access-log/access-log-page.tsx'), 'AccessLogPage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

/** The screens of the console. Search values stay plain text in the URL, so that links can be read and written by hand. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      signedIn.addChildren([
        policy,
        home,
        recordings,
        recording,
        live,
        holds,
        matters,
        matter,
        consent,
        exportsList,
        oneExport,
        requests,
        request,
        disposals,
        incidents,
        incident,
        approvals,
        approval,
        people,
        person,
        grants,
        grant,
        identityProviders,
        identityProvider,
        accessPolicies,
        accessPolicy,
        why,
        reportsList,
        oneReport,
        sessions,
        serviceTokens,
        connections,
        newConnection,
        authorized,
        connection,
        deliveries,
        delivery,
        webhooks,
        webhook,
        accessLog,
        audit,
        authenticators,
        proven,
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

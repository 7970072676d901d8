import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseDeliveriesSearch, parseRunsSearch } from '../deliveries/deliveries-search.ts';
import { signedIn } from './signed-in.ts';

const connections = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections',
  component: lazyRouteComponent(() => import('../connections/connections-page.tsx'), 'ConnectionsPage'),
});

const newConnection = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/new',
  validateSearch: (raw: Record<string, unknown>): { connector?: string } =>
    typeof raw['connector'] === 'string' ? { connector: raw['connector'] } : {},
  component: lazyRouteComponent(() => import('../connections/new-connection-page.tsx'), 'NewConnectionPage'),
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
  component: lazyRouteComponent(() => import('../connections/authorized-page.tsx'), 'AuthorizedPage'),
});

const connection = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/$id',
  component: lazyRouteComponent(() => import('../connections/connection-page.tsx'), 'ConnectionPage'),
});

const setUp = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/$id/set-up/$step',
  component: lazyRouteComponent(() => import('../connections/set-up-page.tsx'), 'SetUpPage'),
});

const deliveries = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries',
  validateSearch: parseDeliveriesSearch,
  component: lazyRouteComponent(() => import('../deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('../deliveries/delivery-page.tsx'), 'DeliveryPage'),
});

const deliveryRuns = createRoute({
  getParentRoute: () => signedIn,
  path: '/delivery-runs',
  validateSearch: parseRunsSearch,
  component: lazyRouteComponent(() => import('../deliveries/runs-page.tsx'), 'RunsPage'),
});

const hr = createRoute({
  getParentRoute: () => signedIn,
  path: '/hr',
  component: lazyRouteComponent(() => import('../hr/hr-page.tsx'), 'HrPage'),
});

const hrMapping = createRoute({
  getParentRoute: () => signedIn,
  path: '/hr/$id',
  component: lazyRouteComponent(() => import('../hr/hr-mapping-page.tsx'), 'HrMappingPage'),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../webhooks/webhooks-page.tsx'), 'WebhooksPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('../webhooks/webhook-page.tsx'), 'WebhookPage'),
});

/** The screens of the group Integration, and those that are reached from them. */
export const integrationRoutes = [
  connections,
  newConnection,
  authorized,
  connection,
  setUp,
  deliveries,
  delivery,
  deliveryRuns,
  webhooks,
  webhook,
  hr,
  hrMapping,
] as const;

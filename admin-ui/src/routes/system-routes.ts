import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseConfigurationSearch } from '../system/configuration/configuration-search.ts';
import { signedIn } from './signed-in.ts';

const recorders = createRoute({
  getParentRoute: () => signedIn,
  path: '/recorders',
  component: lazyRouteComponent(() => import('../system/recorders-page.tsx'), 'RecordersPage'),
});

const storage = createRoute({
  getParentRoute: () => signedIn,
  path: '/storage',
  component: lazyRouteComponent(() => import('../system/storage/storage-page.tsx'), 'StoragePage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  component: lazyRouteComponent(() => import('../system/keys/keys-page.tsx'), 'KeysPage'),
});

const ledger = createRoute({
  getParentRoute: () => signedIn,
  path: '/ledger',
  component: lazyRouteComponent(() => import('../system/ledger/ledger-page.tsx'), 'LedgerPage'),
});

const mail = createRoute({
  getParentRoute: () => signedIn,
  path: '/mail',
  component: lazyRouteComponent(() => import('../mail/mail-page.tsx'), 'MailPage'),
});

const configuration = createRoute({
  getParentRoute: () => signedIn,
  path: '/configuration',
  validateSearch: parseConfigurationSearch,
  component: lazyRouteComponent(
    () => import('../system/configuration/configuration-page.tsx'),
    'ConfigurationPage',
  ),
});

const configurationFile = createRoute({
  getParentRoute: () => signedIn,
  path: '/configuration/file',
  component: lazyRouteComponent(() => import('../system/configuration/file/file-page.tsx'), 'FilePage'),
});

/** The screens of the group System, and those that are reached from them. */
export const systemRoutes = [
  recorders,
  storage,
  keys,
  ledger,
  mail,
  configuration,
  configurationFile,
] as const;

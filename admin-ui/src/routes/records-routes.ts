import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseAuditSearch } from '../audit/audit-search.ts';
import { parseHoldsSearch } from '../holds/holds-search.ts';
import { parseRecordingsSearch } from '../recordings/recordings-search.ts';
import { parseSearch } from '../search/search-search.ts';
import { signedIn } from './signed-in.ts';

const recordings = createRoute({
  getParentRoute: () => signedIn,
  path: '/recordings',
  validateSearch: parseRecordingsSearch,
  component: lazyRouteComponent(() => import('../recordings/recordings-page.tsx'), 'RecordingsPage'),
});

const search = createRoute({
  getParentRoute: () => signedIn,
  path: '/search',
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import('../search/search-page.tsx'), 'SearchPage'),
});

const recording = createRoute({
  getParentRoute: () => signedIn,
  path: '/recordings/$id',
  component: lazyRouteComponent(() => import('../recording/recording-page.tsx'), 'RecordingPage'),
});

const live = createRoute({
  getParentRoute: () => signedIn,
  path: '/live',
  component: lazyRouteComponent(() => import('../live/live-page.tsx'), 'LivePage'),
});

const holds = createRoute({
  getParentRoute: () => signedIn,
  path: '/holds',
  validateSearch: parseHoldsSearch,
  component: lazyRouteComponent(() => import('../holds/holds-page.tsx'), 'HoldsPage'),
});

const matters = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters',
  component: lazyRouteComponent(() => import('../matters/matters-page.tsx'), 'MattersPage'),
});

const matter = createRoute({
  getParentRoute: () => signedIn,
  path: '/matters/$id',
  component: lazyRouteComponent(() => import('../matters/matter-page.tsx'), 'MatterPage'),
});

const consent = createRoute({
  getParentRoute: () => signedIn,
  path: '/consent',
  component: lazyRouteComponent(() => import('../consent/consent-page.tsx'), 'ConsentPage'),
});

const exportsList = createRoute({
  getParentRoute: () => signedIn,
  path: '/exports',
  component: lazyRouteComponent(() => import('../exports/exports-page.tsx'), 'ExportsPage'),
});

const oneExport = createRoute({
  getParentRoute: () => signedIn,
  path: '/exports/$id',
  component: lazyRouteComponent(() => import('../exports/export-page.tsx'), 'ExportPage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests',
  component: lazyRouteComponent(() => import('../requests/requests-page.tsx'), 'RequestsPage'),
});

const request = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests/$id',
  component: lazyRouteComponent(() => import('../requests/request-page.tsx'), 'RequestPage'),
});

const incidents = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents',
  component: lazyRouteComponent(() => import('../incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentLevels = createRoute({
  getParentRoute: () => signedIn,
  path: '/incident-levels',
  component: lazyRouteComponent(() => import('../incidents/levels-page.tsx'), 'LevelsPage'),
});

const incident = createRoute({
  getParentRoute: () => signedIn,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('../incidents/incident-page.tsx'), 'IncidentPage'),
});

const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

const approval = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('../approvals/approval-page.tsx'), 'ApprovalPage'),
});

const disposals = createRoute({
  getParentRoute: () => signedIn,
  path: '/disposals',
  component: lazyRouteComponent(() => import('../disposals/disposals-page.tsx'), 'DisposalsPage'),
});

const disposalRun = createRoute({
  getParentRoute: () => signedIn,
  path: '/disposals/runs/$id',
  component: lazyRouteComponent(() => import('../disposals/run-page.tsx'), 'RunPage'),
});

const certificate = createRoute({
  getParentRoute: () => signedIn,
  path: '/disposals/certificates/$id',
  component: lazyRouteComponent(() => import('../disposals/certificate-page.tsx'), 'CertificatePage'),
});

const consentChange = createRoute({
  getParentRoute: () => signedIn,
  path: '/consent/$id',
  component: lazyRouteComponent(() => import('../consent/change-page.tsx'), 'ChangePage'),
});

const policy = createRoute({
  getParentRoute: () => signedIn,
  path: '/policy',
  component: lazyRouteComponent(() => import('../policy/policy-page.tsx'), 'PolicyPage'),
});

const reportsList = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports',
  component: lazyRouteComponent(() => import('../reports/reports-page.tsx'), 'ReportsPage'),
});

const oneReport = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('../reports/report-page.tsx'), 'ReportPage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
});

/** The screens of the group Records, and those that are reached from them. */
export const recordsRoutes = [
  recordings,
  search,
  recording,
  live,
  holds,
  matters,
  matter,
  consent,
  consentChange,
  exportsList,
  oneExport,
  requests,
  request,
  incidents,
  incident,
  incidentLevels,
  approvals,
  approval,
  disposals,
  disposalRun,
  certificate,
  policy,
  reportsList,
  oneReport,
  audit,
] as const;

import { join } from 'node:path';
import express, { Router, type Express } from 'express';
import { consolePage } from './console-page.ts';
import { compressAnswers } from './compress-answers.ts';
import { isFile } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { listCsv } from './list-csv.ts';
import { mountEndpoint } from './mount-endpoint.ts';
import { observeRequests } from './observe-requests.ts';
import { describeApi } from './openapi.ts';
import { nothingHere, problemHandler } from './problem.ts';
import { authRoutes } from './routes/auth/auth-routes.ts';
import { streamChanges } from './routes/changes/stream-changes.ts';
import { accessLogCsv } from './routes/access-log/access-log-csv.ts';
import { deliveryRoutes } from './routes/delivery/delivery-routes.ts';
import { noticeRoutes } from './routes/notices/notice-routes.ts';
import { eventRoutes } from './routes/events/receive-events.ts';
import { leavesCsv } from './routes/ledger/leaves-csv.ts';
import { serveCheckpoint, serveProof, serveTile } from './routes/ledger/serve-log.ts';
import { recordingsCsv } from './routes/recordings/recordings-csv.ts';
import { playRecording } from './routes/recordings/play-recording.ts';
import { serveReportFile } from './routes/reports/serve-report-file.ts';
import { serveLetter } from './routes/requests/serve-letter.ts';
import { uploadCallRecords } from './routes/reports/upload-call-records.ts';
import { finishStepUp } from './routes/step-up/finish-step-up.ts';
import { passkeyRoutes } from './routes/session/passkey-routes.ts';
import { passwordRoutes } from './routes/session/password-routes.ts';
import { scimRoutes } from './routes/scim/scim-routes.ts';
import { sessionRoutes } from './routes/session/session-routes.ts';
import { systemRoutes } from './routes/system/system-routes.ts';
import { serveCompressed } from './serve-compressed.ts';
import { securityHeaders } from './security-headers.ts';
import type { Services } from './services.ts';

export interface AppOptions {
  readonly version: string;
  /** Folder of the built console; without it only the API is served. */
  readonly consoleFolder?: string;
  /** Addresses and networks whose X-Forwarded-For is believed; by default nobody's. */
  readonly trustedProxies?: readonly string[];
}

/** The hub's HTTP application: health, metrics, API, console. Order matters: first match answers. */
export function makeApp(services: Services, options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', [...(options.trustedProxies ?? [])]);
  app.use(securityHeaders, observeRequests(services.metrics));
  app.use(systemRoutes(services));
  app.use('/api/v1', makeApi(services, options.version));
  app.use('/api', nothingHere);
  app.use(authRoutes(services));
  app.use(deliveryRoutes(services));
  app.use(noticeRoutes(services));
  app.use(eventRoutes(services));
  app.use('/scim/v2', scimRoutes(services));
  if (options.consoleFolder !== undefined) serveConsole(app, options.consoleFolder);
  app.use(nothingHere);
  app.use(problemHandler(services.log));
  return app;
}

function makeApi(services: Services, version: string): Router {
  const api = Router();
  api.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  api.use(compressAnswers());
  api.use(express.json({ limit: '1mb', strict: true }));
  const document = describeApi(ENDPOINTS, version);
  api.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  api.use(sessionRoutes(services));
  api.use(passwordRoutes(services));
  api.use(passkeyRoutes(services));
  // Before the endpoint of one recording, whose id it would be taken for.
  api.get('/recordings/csv', recordingsCsv(services));
  for (const endpoint of ENDPOINTS.filter(isFile))
    api.get(`${endpoint.path}/csv`, listCsv(services, endpoint));
  for (const endpoint of ENDPOINTS) mountEndpoint(api, endpoint, services);
  api.post('/step-up/finish', finishStepUp(services));
  api.get('/changes', streamChanges(services));
  api.get('/recordings/:id/audio', playRecording(services));
  api.get('/reports/:id/:kind', serveReportFile(services));
  api.get('/requests/:id/letter', serveLetter(services));
  api.post('/call-records/sources/:name/import', uploadCallRecords(services));
  api.get('/ledger/leaves/csv', leavesCsv(services));
  api.get('/access-log/csv', accessLogCsv(services));
  api.get('/ledger/checkpoint', serveCheckpoint(services));
  api.get('/ledger/tile/*path', serveTile(services));
  api.get('/ledger/proof/:index', serveProof(services));
  return api;
}

/** Assets carry their hash in the name and may be kept; every other path is a screen of the console. */
function serveConsole(app: Express, folder: string): void {
  app.use('/assets', serveCompressed(join(folder, 'assets'), { maxAge: '1y' }));
  app.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  app.get('/index.html', consolePage(folder));
  app.use(express.static(folder, { index: false }));
  app.get('/{*screen}', consolePage(folder));
}

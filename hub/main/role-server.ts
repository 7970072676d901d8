import { createServer, type Server } from 'node:http';
import type { Readiness } from '../api/schemas/session.ts';
import type { Metrics } from '../observability/metrics.ts';
import { keepConnections } from './keep-connections.ts';

/** Serves health, readiness and metrics of a role that has no other HTTP, on the loopback. */
export function serveRole(
  port: number,
  metrics: Metrics,
  readiness: () => Promise<Readiness>,
): Promise<Server> {
  const answer = async (path: string): Promise<{ status: number; type: string; body: string }> => {
    if (path === '/healthz') return json(200, { alive: true });
    if (path === '/readyz') {
      const state = await readiness();
      return json(state.ready ? 200 : 503, state);
    }
    if (path === '/metrics')
      return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
    return json(404, { detail: 'There are /healthz, /readyz and /metrics.' });
  };
  const server = createServer((request, response) => {
    answer(request.url ?? '/')
      .catch(() => json(500, { detail: 'The state could not be read.' }))
      .then(({ status, type, body }) => response.writeHead(status, { 'Content-Type': type }).end(body))
      .catch(() => undefined); // the asker went away
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(keepConnections(server));
    });
  });
}

function json(status: number, body: unknown): { status: number; type: string; body: string } {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

/** Stops taking connections and ends those that are open. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

import type { Server } from 'node:http';

/**
 * Longer than load balancers and clients keep an idle connection (a minute is usual). With Node's own five seconds the server closes
 * connections that the other side is just about to use again, which it sees as a broken request.
 */
const IDLE_MS = 75_000;

/** Has a server keep idle connections open longer than those who use them; answers the same server. */
export function keepConnections<S extends Server>(server: S): S {
  server.keepAliveTimeout = IDLE_MS;
  return server;
}

import { buildMetadata } from '../metadata-builder.ts';
import { headerFact, isUserAgent } from './extension-facts.ts';
import type { Dialect } from './dialect.ts';

const HEADER = 'X-Genesys-CallUUID';

/**
 * Genesys Media Server: replicates the RTP of both sides, names the call in a header of its own, may
 * send a call to two recorders for high availability, and opens a new session when a recorder is lost.
 */
export const genesys: Dialect = {
  name: 'genesys',
  sends: (request) => request.headers.has(HEADER) || isUserAgent(request, /genesys/i),
  headerFacts: (request) => headerFact(request, HEADER, 'genesys_uuid'),
  client: {
    headers: (call) => ({ 'User-Agent': 'Genesys/MediaServer', [HEADER]: call.sipSessionId.toUpperCase() }),
    writeMetadata: (metadata) => buildMetadata(metadata),
  },
};

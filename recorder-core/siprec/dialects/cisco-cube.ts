import { buildMetadata } from '../metadata-builder.ts';
import { hasBoundary, headerFact, isUserAgent } from './extension-facts.ts';
import type { Dialect } from './dialect.ts';

const BOUNDARY = 'uniqueBoundary';

/**
 * Cisco Unified Border Element with SIPREC: each participant is followed by its membership and its
 * stream, the session id is that of RFC 7989 with `remote=`, a third body part carries a generic
 * transparency descriptor, and a participant that is on hold has an empty stream association. The
 * flow around the answer is busy: many re-INVITEs between inactive and sendonly.
 */
export const ciscoCube: Dialect = {
  name: 'cisco-cube',
  sends: (request) => isUserAgent(request, /^Cisco-SIPGateway/i) || hasBoundary(request, BOUNDARY),
  headerFacts: (request) => headerFact(request, 'Cisco-Guid', 'global_call_id'),
  client: {
    boundary: BOUNDARY,
    writeMetadata: (metadata) => buildMetadata(metadata, { interleaved: true }),
    headers: (call) => ({
      'User-Agent': 'Cisco-SIPGateway/IOS-17.9.4',
      'Session-ID': `${call.sipSessionId};remote=${'0'.repeat(32)}`,
      'Min-SE': '1800',
    }),
    moreParts: [
      {
        contentType: 'application/gtd',
        disposition: 'signal;handling=optional',
        body: Buffer.from('IAM,\r\nGCI,00000000000000000000000000000001\r\n'),
      },
    ],
  },
};

import { readHeaderName } from '../header-name.ts';
import { buildMetadata } from '../metadata-builder.ts';
import type { Dialect, HeaderParty } from './dialect.ts';

const HEADER = 'X-Cisco-Recording-Participant';

/**
 * Cisco Unified Border Element with network-based recording: no metadata and no label; each party
 * stands in a header of its own with the indexes of its media lines. With one media line for the
 * whole call, an index beyond it means that the party is heard on that line too.
 */
export const ciscoNbr: Dialect = {
  name: 'cisco-nbr',
  sends: (request) => request.headers.has(HEADER),
  headerParties: (request) => request.headers.getAll(HEADER).flatMap(readParticipant),
  client: {
    body: 'sdp',
    lines: 'mixed',
    contactParams: '',
    requiresSiprec: false,
    label: () => undefined,
    headers: (call) => ({
      'User-Agent': 'Cisco-SIPGateway/IOS-15.5.3.S5',
      [HEADER]: call.parties.map(({ aor }, index) => `${aor};media-index="${index}"`),
    }),
    // Not sent with calls; this is what a request for a snapshot would get.
    writeMetadata: (metadata) => buildMetadata(metadata),
  },
};

function readParticipant(value: string): HeaderParty[] {
  const nameId = readHeaderName(value);
  if (nameId === undefined) return [];
  const indexes = /;\s*media-index\s*=\s*"?([\d ,]*)/i.exec(value)?.[1]?.match(/\d+/g) ?? [];
  if (indexes.length === 0) return [{ nameId }];
  return indexes.map((index) => ({ nameId, mLineIndex: Number(index) }));
}

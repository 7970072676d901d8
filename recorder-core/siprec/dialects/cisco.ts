import { readHeaderName } from '../header-name.ts';
import type { Dialect, HeaderParty } from './dialect.ts';

/**
 * Cisco Unified Border Element with network-based recording: no metadata; each party stands in an
 * `X-Cisco-Recording-Participant` header with the indexes of its media lines.
 */
export const ciscoNbr: Dialect = {
  name: 'cisco-nbr',
  headerParties: (request) =>
    request.headers.getAll('X-Cisco-Recording-Participant').flatMap(readParticipant),
};

function readParticipant(value: string): HeaderParty[] {
  const nameId = readHeaderName(value);
  if (nameId === undefined) return [];
  const indexes = /;\s*media-index\s*=\s*"?([\d ,]*)/i.exec(value)?.[1]?.match(/\d+/g) ?? [];
  if (indexes.length === 0) return [{ nameId }];
  return indexes.map((index) => ({ nameId, mLineIndex: Number(index) }));
}

/**
 * Cisco Unified Communications Manager with the phone's built-in bridge: one dialog for each end and
 * no metadata. The parameters of the From URI say which end this is and who is at the far end.
 */
export const ciscoCucm: Dialect = {
  name: 'cisco-cucm',
  headerParties: (request) => {
    const from = request.headers.get('From') ?? '';
    if (/;\s*x-nearend\b(?!\w)/i.test(from)) {
      const nameId = readHeaderName(from);
      return nameId === undefined ? [] : [{ nameId, mLineIndex: 0 }];
    }
    const farEnd = /;\s*x-farend\b(?!\w)/i.test(from)
      ? /;\s*x-farendaddr=([^;>\s]+)/i.exec(from)?.[1]
      : undefined;
    return farEnd === undefined ? [] : [{ nameId: { aor: farEnd }, mLineIndex: 0 }];
  },
};

import { readHeaderName } from '../header-name.ts';
import { buildMetadata } from '../metadata-builder.ts';
import { userPart } from './name-ids.ts';
import type { SipRequest } from '../../sip/message.ts';
import type { CallFact, NameId } from '../metadata.ts';
import type { PlayedCallFacts } from './client-form.ts';
import type { Dialect, HeaderParty } from './dialect.ts';

/**
 * Cisco Unified Communications Manager with the phone's built-in bridge: one dialog for each end, no
 * metadata, the offer delayed to the ACK. The parameters of the From URI say which end this is, who
 * is at the far end, and the call reference that both dialogs share.
 */
export const ciscoCucm: Dialect = {
  name: 'cisco-cucm',
  sends: (request) => fromOf(request).has('x-nearend') || fromOf(request).has('x-farend'),
  headerParties: (request): HeaderParty[] => {
    const speaker = speakerOf(request);
    return speaker === undefined ? [] : [{ nameId: speaker, mLineIndex: 0 }];
  },
  headerFacts: (request): CallFact[] => {
    const from = fromOf(request);
    const reference = from.get('x-refci');
    if (reference === undefined) return [];
    const cluster = from.get('x-nearendclusterid') ?? '';
    return [{ name: 'call_reference', value: `${cluster}/${reference}` }];
  },
  client: {
    body: 'delayed',
    dialogs: 'per-line',
    contactParams: ';isFocus',
    requiresSiprec: false,
    label: () => undefined,
    headers: () => ({ 'User-Agent': 'Cisco-CUCM12.5', 'Min-SE': '1800' }),
    fromUriParams,
    // Not sent with calls; this is what a request for a snapshot would get.
    writeMetadata: (metadata) => buildMetadata(metadata),
  },
};

function speakerOf(request: SipRequest): NameId | undefined {
  const from = fromOf(request);
  if (from.has('x-nearend')) return readHeaderName(request.headers.get('From'));
  const aor = from.has('x-farend') ? from.get('x-farendaddr') : undefined;
  return aor ? { aor } : undefined;
}

/** The parameters of the From URI by lower-case name; a bare one is an empty text. */
function fromOf(request: SipRequest): Map<string, string> {
  const uri = /<([^>]{0,1024})/.exec(request.headers.get('From') ?? '')?.[1] ?? '';
  const pairs = uri
    .split(';')
    .slice(1)
    .map((piece) => piece.split('=', 2));
  return new Map(pairs.map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]));
}

function fromUriParams({ parties, line, sipSessionId }: PlayedCallFacts): string {
  const [near, far] = [parties[0]?.aor ?? '', parties[1]?.aor ?? ''].map(userPart);
  // One reference for both dialogs of a call, made of digits as the product makes it.
  const reference = Number.parseInt(sipSessionId.replace(/\W/g, '').slice(0, 6), 36) || 1;
  const end = line === 0 ? 'x-nearend' : 'x-farend';
  return `;${end};x-refci=${reference};x-nearendclusterid=cluster1;x-nearenddevice=SEP000000000001;x-nearendaddr=${near};x-farendaddr=${far}`;
}

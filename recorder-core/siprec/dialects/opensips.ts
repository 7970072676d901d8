import { buildMetadata } from '../metadata-builder.ts';
import { hasBoundary, isUserAgent } from './extension-facts.ts';
import { withNames } from './name-ids.ts';
import type { NameId } from '../metadata.ts';
import type { Dialect } from './dialect.ts';

const BOUNDARY = 'OSS-unique-boundary-42';

/**
 * OpenSIPS: an SDP that may lack its t= and c= lines and names 0.0.0.0 as its origin; labels from 0;
 * display names with the parameters of the From header behind them; in older versions neither
 * streams nor stream associations, so that parties are bound by position.
 */
export const opensips: Dialect = {
  name: 'opensips',
  sends: (request) => isUserAgent(request, /opensips/i) || hasBoundary(request, BOUNDARY),
  refine: (metadata) => ({ metadata: withNames(metadata, withoutParameters) }),
  client: {
    boundary: BOUNDARY,
    headers: () => ({ 'User-Agent': 'OpenSIPS (3.4.5 (x86_64/linux))' }),
    label: (line) => String(line),
    shapeSdp: (sdp) => sdp.replace(/^(o=.* IN IP[46] )\S+/m, '$10.0.0.0').replaceAll(/^[tc]=.*\r\n/gm, ''),
    writeMetadata: (metadata) => buildMetadata(metadata),
  },
};

/** `Desk one;lang=en-US;id=22` is Desk one. */
function withoutParameters(nameId: NameId): NameId {
  const { name, ...rest } = nameId;
  const bare = name?.replace(/(;\s*[\w-]+=[^;]*)+$/, '').trim();
  return bare === undefined || bare === '' ? rest : { ...rest, name: bare };
}

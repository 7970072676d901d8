import { seededRandom } from '../../recorder-core/siprec/client/tracks/seeded-random.ts';
import { allPairs, type Pair } from './all-pairs.ts';
import { CHANGES, type ChangeName } from './changes.ts';
import { changeOf, type MatrixCase, type MatrixTransport } from './matrix-case.ts';
import { SOURCES } from './sources.ts';

const CHANGE_NAMES = Object.keys(CHANGES) as ChangeName[];
/** All pairs are asked of these; one call more goes over IPv6. */
const PAIRED_TRANSPORTS: readonly MatrixTransport[] = ['udp', 'tcp', 'tls'];

/** True for what such a source can do in a call that begins so. */
export function canHappen(played: Omit<MatrixCase, 'transport'>): boolean {
  const { source, offer, change } = played;
  const { needs = [] } = changeOf(played);
  if (!source.offers.includes(offer) || source.cannot?.includes(change) === true) return false;
  if (source.lines === 'per-line') return source.knownFor.includes(change);
  if (needs.includes('separate') && source.lines !== 'separate') return false;
  if (needs.includes('offer') && offer === 'delayed') return false;
  return !needs.includes('metadata') || (source.bare !== true && offer !== 'sdp');
}

/** Every case there can be over the transports that pairs are asked of. */
export function everyCase(): MatrixCase[] {
  return PAIRED_TRANSPORTS.flatMap((transport) =>
    SOURCES.flatMap((source) =>
      source.offers.flatMap((offer) =>
        CHANGE_NAMES.map((change) => ({ transport, source, offer, change })).filter(canHappen),
      ),
    ),
  );
}

/**
 * The cases that `npm test` plays: every transport meets every source, offer form and change, every source every offer form
 * and change, and every offer form every change, as far as they can; and a call over IPv6.
 */
export function pairwiseCases(): MatrixCase[] {
  const chosen = allPairs(mixed(everyCase()), pairsOf);
  const overIpv6 = SOURCES.slice(0, 1).map((source): MatrixCase => {
    return { transport: 'udp-ipv6', source, offer: 'both', change: 'hold-inactive' };
  });
  return [...chosen, ...overIpv6];
}

/** The product without the transports, which take turns: what takes minutes. */
export function productCases(): MatrixCase[] {
  const once = everyCase().filter(({ transport }) => transport === PAIRED_TRANSPORTS[0]);
  return once.map((played, index) => ({
    ...played,
    transport: PAIRED_TRANSPORTS[index % PAIRED_TRANSPORTS.length] ?? 'udp',
  }));
}

/** In an order without a pattern, always the same, so that of equally good cases not always the first transport is taken. */
function mixed(cases: readonly MatrixCase[]): MatrixCase[] {
  const random = seededRandom(1);
  return cases
    .map((played) => ({ played, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ played }) => played);
}

function pairsOf({ transport, source, offer, change }: MatrixCase): Pair[] {
  const { dialect } = source;
  return [
    `${transport} ${dialect}`,
    `${transport} ${offer}`,
    `${transport} ${change}`,
    `${dialect} ${offer}`,
    `${dialect} ${change}`,
    `${offer} ${change}`,
  ];
}

import { parseSdp } from '../../recorder-core/sip/sdp.ts';
import { readStreams, type OfferedStream } from '../../recorder-core/siprec/offered-stream.ts';
import type { Exchange } from './wire-tap.ts';

/** Attributes that would promise something nobody offered. */
const ONLY_IF_OFFERED = [
  'group',
  'ice-ufrag',
  'ice-pwd',
  'fingerprint',
  'setup',
  'crypto',
  'rtcp-mux',
  'label',
];

/**
 * What is wrong with the answers of a recorder in one dialog, in sentences; empty when all is right (RFC 3264 section 6,
 * RFC 7866 section 7.2).
 */
export function answerFaults(exchanges: readonly Exchange[]): string[] {
  const ports = new Map<string, number>();
  const origins: { readonly sessionId: string; readonly version: number; readonly body: string }[] = [];
  return exchanges.flatMap(({ offered, response }, index) => {
    const text = response.body.toString();
    const type = response.headers.get('Content-Type');
    if (type !== 'application/sdp') return [`answer ${index} is of type ${type ?? 'none'}`];
    const { origin } = parseSdp(text);
    origins.push({ sessionId: origin.sessionId, version: Number(origin.version), body: text });
    const answered = readStreams(parseSdp(text));
    if (answered.length !== offered.length) return [`answer ${index} has ${answered.length} lines`];
    const faults = offered.flatMap((line, place) => lineFaults(line, answered[place]!, ports));
    return [...faults, ...originFaults(origins)].map((fault) => `answer ${index}: ${fault}`);
  });
}

function lineFaults(offered: OfferedStream, answered: OfferedStream, ports: Map<string, number>): string[] {
  const name = offered.label ?? `line ${offered.mLineIndex}`;
  const faults: string[] = [];
  const claim = (right: boolean, what: string): void => {
    if (!right) faults.push(`${name}: ${what}`);
  };
  claim(
    answered.media === offered.media && answered.protocol === offered.protocol,
    'another medium or profile',
  );
  claim((answered.port !== 0) === (offered.port !== 0), 'taken and closed lines differ');
  claim(
    answered.formatTokens.every((token) => offered.formatTokens.includes(token)),
    'a format nobody offered',
  );
  const had = new Set(offered.attributes.map(({ name: attribute }) => attribute));
  for (const { name: attribute } of answered.attributes)
    claim(!ONLY_IF_OFFERED.includes(attribute) || had.has(attribute), `${attribute} was not offered`);
  if (offered.port === 0) return faults;
  claim(answered.label === offered.label, 'its label is not echoed');
  const held = offered.direction === 'inactive';
  claim(answered.direction === (held ? 'inactive' : 'recvonly'), `answered ${answered.direction}`);
  claim(offered.crypto.length > 0 === (answered.crypto.length === 1), 'keys do not match the offer');
  claim((ports.get(name) ?? answered.port) === answered.port, 'its port has moved');
  ports.set(name, answered.port);
  return faults;
}

/** One session id for the dialog, and a version that grows by one with every change and only then. */
function originFaults(
  origins: readonly { readonly sessionId: string; readonly version: number; readonly body: string }[],
): string[] {
  const [before, now] = origins.slice(-2);
  if (before === undefined || now === undefined) return [];
  const faults = before.sessionId === now.sessionId ? [] : ['another session id in its origin'];
  // The recorder may have described itself in between, to pause: then the version has grown by more.
  const grown = now.body === before.body ? now.version === before.version : now.version > before.version;
  return grown ? faults : [...faults, 'the version of its origin does not tell a change'];
}

import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { HoldfastError } from '../errors.ts';
import { plainAddress, type Flow, type SipTransport, type Transport } from './flow.ts';
import { DEFAULT_PORTS } from './response-flow.ts';
import { formatHostPort, parseUri } from './uri.ts';

/** Where a request goes next (RFC 3263, so far without NAPTR and SRV). */
export interface Hop {
  /** `undefined`: as the dialog's last message, else UDP. */
  readonly transport: SipTransport | undefined;
  readonly host: string;
  /** `undefined`: the default of the transport. */
  readonly port: number | undefined;
}

/** The hop a sip: or sips: URI names; throws `unsupported` for a transport we do not have and `invalid_input` for no URI. */
export function hopOf(uri: string): Hop {
  const parsed = parseUri(uri);
  if (parsed === undefined) {
    throw new HoldfastError('invalid_input', 'The SIP address to send to cannot be read; use sip:host:port.');
  }
  const named = parsed.params.get('transport')?.toLowerCase();
  const secure = parsed.scheme === 'sips';
  // sips: means TLS, written as no transport, as tcp, or the old way as tls (RFC 3261 section 26.2.2, RFC 5630).
  const transport = secure && (named === undefined || named === 'tcp') ? 'tls' : named;
  if ((transport !== undefined && !isTransport(transport)) || (secure && transport !== 'tls')) {
    throw new HoldfastError(
      'unsupported',
      'The SIP address asks for a transport other than UDP, TCP or TLS; use one of those, and sips: with TLS.',
    );
  }
  return { transport, host: parsed.host, port: parsed.port };
}

/**
 * The flow to a hop. The preferred flow (the dialog's) is kept when it is an open connection to the same host, as peers
 * behind NAT or with no listener can be reached in no other way. Names are looked up; rejects with `unavailable`
 * when that fails or when no transport of the family is there.
 */
export async function flowToHop(hop: Hop, transports: readonly Transport[], preferred?: Flow): Promise<Flow> {
  const address = await addressOf(hop.host);
  const protocol = hop.transport ?? preferred?.source.transport ?? 'udp';
  const same = preferred?.source.transport === protocol ? preferred : undefined;
  if (same?.reliable === true && same.open && same.source.address === plainAddress(address)) return same;
  const fitting = transports.filter(({ local }) => local.transport === protocol && fits(local, address));
  const transport = fitting.find((candidate) => candidate === same?.transport) ?? fitting[0];
  if (transport === undefined) {
    const wanted = `${protocol.toUpperCase()} towards ${formatHostPort(address)}`;
    throw new HoldfastError(
      'unavailable',
      `There is no transport for ${wanted}; listen on one of that family.`,
    );
  }
  return transport.flowTo(address, hop.port ?? DEFAULT_PORTS[protocol], hop.host);
}

async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new HoldfastError(
      'unavailable',
      `The name ${host} cannot be looked up, so nothing was sent; check it.`,
      { cause },
    );
  }
}

function isTransport(name: string): name is SipTransport {
  return Object.hasOwn(DEFAULT_PORTS, name);
}

/** A transport that only connects (port 0) fits every family. */
function fits(local: Transport['local'], address: string): boolean {
  return local.port === 0 || isIPv6(local.host) === isIPv6(address);
}

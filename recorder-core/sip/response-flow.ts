import type { Flow, SipTransport } from './flow.ts';
import type { SipResponse } from './message.ts';
import { parseVia } from './via.ts';

/** The port of SIP where none is written (RFC 3261 section 19.1.2). */
export const DEFAULT_PORTS: Readonly<Record<SipTransport, number>> = { udp: 5060, tcp: 5060, tls: 5061 };

/**
 * Where a response goes (RFC 3261 section 18.2.2, RFC 3581 section 4): over its connection, or a new one to the sent-by
 * port when that has closed; by UDP to the source address, at the source port when `rport` asked for it and at the
 * sent-by port otherwise. `maddr` is not followed: an answer never goes to an address that a header invents.
 */
export function responseFlow(response: SipResponse, flow: Flow): Flow {
  const via = parseVia(response.headers.get('Via') ?? '');
  const port = via?.port ?? DEFAULT_PORTS[flow.source.transport];
  if (flow.reliable) return flow.open ? flow : flow.transport.flowTo(flow.source.address, port);
  if (via === undefined || via.params.has('rport') || port === flow.source.port || port === 0) return flow;
  return flow.transport.flowTo(flow.source.address, port);
}

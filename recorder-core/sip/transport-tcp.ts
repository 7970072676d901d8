import { connect } from 'node:net';
import type { Transport } from './flow.ts';
import { openStreamTransport, type StreamTransportOptions } from './transport-stream.ts';

/** Opens a TCP transport (RFC 3261 section 18). Rejects when the address cannot be bound. */
export function openTcpTransport(options: StreamTransportOptions): Promise<Transport> {
  return openStreamTransport(options, (ready) => ({
    protocol: 'tcp',
    accept: ready,
    connect: (address, port) => connect({ host: address, port }),
  }));
}

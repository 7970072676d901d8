import type { MalformedMessage, SipMessage } from './message.ts';
import type { TlsPeer } from './tls-peer.ts';
import type { TlsListenSettings } from './tls-settings.ts';

/** What carries SIP here. */
export type SipTransport = 'udp' | 'tcp' | 'tls';

/** Where a message came from. IPv4 addresses seen through an IPv6 socket are written as IPv4. */
export interface SipSource {
  readonly transport: SipTransport;
  readonly address: string;
  readonly port: number;
  /** What the handshake told about the peer; present with `tls`, once the handshake is over. */
  readonly tls?: TlsPeer;
}

/** Where to listen, or where one really listens; port 0 asks for any free port. */
export interface ListenAddress {
  readonly transport: SipTransport;
  readonly host: string;
  readonly port: number;
  /** Name or address that Contact and Via show instead of the bound one: behind NAT or a balancer. */
  readonly advertisedHost?: string;
  /** Needed with `tls`, ignored otherwise; never part of an address that is given back. */
  readonly tls?: TlsListenSettings;
}

/** One way to a peer: a UDP address pair or a TCP connection. Answers go back over the flow of their request. */
export interface Flow {
  readonly source: SipSource;
  /** Our own end; for a socket bound to all addresses the host may be `0.0.0.0` or `::`. */
  readonly local: ListenAddress;
  /** No retransmission is needed over a reliable flow. */
  readonly reliable: boolean;
  /** False once a connection has ended; always true for UDP. */
  readonly open: boolean;
  readonly transport: Transport;
  /** Hands bytes to the network; `onError` is called at most once, later. Never throws. */
  send(bytes: Buffer, onError: (error: Error) => void): void;
}

/** A listening or only connecting socket of one protocol. */
export interface Transport {
  readonly local: ListenAddress;
  /**
   * A flow to a numeric address; a stream transport re-uses an open connection or opens one. `serverName` is the host that
   * was looked up: with TLS the certificate of the peer must be for it.
   */
  flowTo(address: string, port: number, serverName?: string): Flow;
  /** TLS only: new handshakes use these, open connections go on. Throws `config_invalid`, with nothing changed. */
  renew?(settings: TlsListenSettings): void;
  close(): Promise<void>;
}

/** Who takes what a transport receives. */
export interface TransportHandlers {
  onMessage(message: SipMessage | MalformedMessage, flow: Flow): void;
  onError(error: Error, source: SipSource | undefined): void;
  /** A connection has ended, whoever ended it. */
  onClosed(flow: Flow, error: Error): void;
  /** True while a dialog would lose its way to the peer with this flow. */
  isInUse(flow: Flow): boolean;
}

/** `::ffff:192.0.2.1` becomes `192.0.2.1`; a zone (`%eth0`) is cut off. */
export function plainAddress(address: string): string {
  return address
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')
    .toLowerCase();
}

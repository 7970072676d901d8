import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { ListenAddress } from '../flow.ts';
import { readMessage, type SipRequest, type SipResponse } from '../message.ts';
import { StreamFramer } from '../stream-framer.ts';
import { AUTHORITY } from './certificates.ts';
import { Inbox } from './inbox.ts';

/** A peer that sends exactly the bytes a test writes and keeps what comes back. */
export class RawPeer {
  readonly responses = new Inbox<SipResponse>();
  readonly requests = new Inbox<SipRequest>();
  /** Resolves when the other side closes the connection (TCP). */
  readonly closed: Promise<void>;
  readonly port: number;
  /** All bytes of a stream, one character each. */
  received = '';
  /** Of the server's certificate, with TLS. */
  readonly fingerprint256: string | undefined;
  readonly #write: (bytes: Buffer) => void;
  readonly #close: () => void;

  private constructor(
    port: number,
    write: (bytes: Buffer) => void,
    close: () => void,
    closed: Promise<void>,
  ) {
    this.port = port;
    this.#write = write;
    this.#close = close;
    this.closed = closed;
  }

  static async udp(to: ListenAddress, from = '127.0.0.1'): Promise<RawPeer> {
    const socket: UdpSocket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, from, resolve));
    const write = (bytes: Buffer): void => socket.send(bytes, to.port, to.host);
    const peer = new RawPeer(socket.address().port, write, () => socket.close(), Promise.resolve());
    socket.on('message', (datagram) => peer.#take(readMessage(datagram)));
    return peer;
  }

  /** With `reads: false` the peer takes nothing that we send, as one that has hung up does. */
  static async tcp(to: ListenAddress, { reads = true } = {}): Promise<RawPeer> {
    const socket = connect(to.port, to.host);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const peer = RawPeer.#overStream(socket);
    if (!reads) socket.pause();
    return peer;
  }

  /** Rejects when the handshake is refused on our side; a refusal of the server shows in `closed`. */
  static async tls(to: ListenAddress, options: ConnectionOptions = {}): Promise<RawPeer> {
    const socket = connectTls({ port: to.port, host: to.host, ca: AUTHORITY, ...options });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
    });
    const { fingerprint256 } = socket.getPeerCertificate();
    return Object.assign(RawPeer.#overStream(socket), { fingerprint256 });
  }

  static #overStream(socket: Socket): RawPeer {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const peer = new RawPeer(
      socket.localPort ?? 0,
      (bytes) => socket.write(bytes),
      () => socket.destroy(),
      closed,
    );
    const framer = new StreamFramer();
    socket.on('data', (chunk: Buffer) => {
      peer.received += chunk.toString('latin1');
      for (const item of framer.push(chunk)) if (item.type !== 'ping') peer.#take(item.message);
    });
    socket.on('error', () => undefined);
    return peer;
  }

  /** Writes lines joined by CRLF, or bytes as they are. `PORT` stands for this peer's own port. */
  send(...lines: string[]): void {
    this.sendBytes(Buffer.from(lines.join('\r\n').replaceAll('PORT', String(this.port))));
  }

  sendBytes(bytes: Buffer): void {
    this.#write(bytes);
  }

  close(): void {
    this.#close();
  }

  #take(message: ReturnType<typeof readMessage>): void {
    if (message.kind === 'response') this.responses.add(message);
    else if (message.kind === 'request') this.requests.add(message);
  }
}

/** A request as lines; `over` replaces or (with undefined) leaves out headers. */
export function requestLines(
  method: string,
  over: Readonly<Record<string, string | undefined>> = {},
  body = '',
  transport = 'UDP',
): string[] {
  const headers: Record<string, string | undefined> = {
    Via: `SIP/2.0/${transport} 127.0.0.1:PORT;branch=z9hG4bK-${method}-1;rport`,
    From: '<sip:src@127.0.0.1>;tag=peer',
    To: '<sip:srs@127.0.0.1>',
    'Call-ID': 'call-1',
    CSeq: `1 ${method}`,
    'Max-Forwards': '70',
    Contact: `<sip:src@127.0.0.1:PORT${transport === 'UDP' ? '' : `;transport=${transport.toLowerCase()}`}>`,
    'Content-Length': String(Buffer.byteLength(body)),
    ...over,
  };
  const rows = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [`${method} sip:srs@127.0.0.1 SIP/2.0`, ...rows, '', body];
}

import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionLimits } from './connection-limits.ts';
import {
  plainAddress,
  type Flow,
  type ListenAddress,
  type Transport,
  type TransportHandlers,
} from './flow.ts';
import { StreamConnection } from './stream-connection.ts';
import { after, type SipTimers } from './timers.ts';
import { tlsPeerOf } from './tls-peer.ts';

/** What TCP and TLS need to be opened. */
export interface StreamTransportOptions {
  /** `undefined`: only connects, never listens. */
  readonly listen: ListenAddress | undefined;
  readonly handlers: TransportHandlers;
  readonly timers: SipTimers;
  /** Shared by all transports of a user agent. */
  readonly limits: ConnectionLimits;
}

/** Where TCP and TLS differ: how a socket comes to carry messages. */
export interface StreamSockets {
  readonly protocol: 'tcp' | 'tls';
  /** Takes an accepted socket; it, or what wraps it, comes back through `ready`, or is destroyed. */
  accept(socket: Socket): void;
  /** Opens a connection; what is written before it stands waits for that. */
  connect(address: string, port: number, serverName: string | undefined): Socket;
}

/** Opens a stream transport over the sockets of one protocol. Rejects when the address cannot be bound. */
export async function openStreamTransport(
  options: StreamTransportOptions,
  socketsOf: (ready: (socket: Socket) => void) => StreamSockets,
): Promise<Transport> {
  const { listen } = options;
  if (listen === undefined) return new StreamTransport(options, socketsOf);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      { port: listen.port, host: listen.host, ipv6Only: isIPv6(listen.host), exclusive: true },
      () => {
        server.off('error', reject);
        resolve();
      },
    );
  });
  return new StreamTransport(options, socketsOf, server);
}

class StreamTransport implements Transport {
  readonly local: ListenAddress;
  readonly #options: StreamTransportOptions;
  readonly #sockets: StreamSockets;
  readonly #server: Server | undefined;
  /** Accepted sockets, those in a handshake included. */
  readonly #accepted = new Set<Socket>();
  readonly #connections = new Map<string, StreamConnection>();

  constructor(
    options: StreamTransportOptions,
    socketsOf: (ready: (socket: Socket) => void) => StreamSockets,
    server?: Server,
  ) {
    this.#options = options;
    this.#server = server;
    this.#sockets = socketsOf((socket) => {
      const { remoteAddress, remotePort } = socket;
      // A peer that is gone again before we look has no address.
      if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
      else this.#adopt(socket, remoteAddress, remotePort).expectMessage();
    });
    this.local = localOf(this.#sockets.protocol, options.listen, server);
    server?.on('error', (error) => {
      options.handlers.onError(error, undefined);
    });
    server?.on('connection', (socket) => {
      this.#accept(socket);
    });
  }

  flowTo(address: string, port: number, serverName?: string): Flow {
    const name = this.#sockets.protocol === 'tls' ? serverName : undefined;
    const existing = this.#connections.get(keyOf(address, port, name));
    if (existing?.open === true) return existing;
    const socket = this.#sockets.connect(address, port, name);
    this.#expectReady(socket);
    return this.#adopt(socket, address, port, name);
  }

  close(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
    for (const socket of this.#accepted) socket.destroy();
    return new Promise((resolve) => {
      if (this.#server === undefined) resolve();
      else {
        this.#server.close(() => {
          resolve();
        });
      }
    });
  }

  /** A peer that takes a connection and says nothing must not hold what is written to it for ever. */
  #expectReady(socket: Socket): void {
    const stop = after(this.#options.timers.streamMessage, () => {
      socket.destroy(new Error('The connection did not come about in time.'));
    });
    socket.once(this.#sockets.protocol === 'tls' ? 'secureConnect' : 'connect', stop).once('close', stop);
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const giveBack = this.#options.limits.take(address);
    if (giveBack === undefined) {
      socket.destroy();
      const source = { transport: this.#sockets.protocol, address, port: socket.remotePort ?? 0 };
      this.#options.handlers.onError(new Error('Too many connections are open.'), source);
      return;
    }
    this.#accepted.add(socket);
    socket.once('close', () => {
      this.#accepted.delete(socket);
      giveBack();
    });
    this.#sockets.accept(socket);
  }

  #adopt(socket: Socket, address: string, port: number, serverName?: string): StreamConnection {
    const key = keyOf(address, port, serverName);
    const { handlers, timers } = this.#options;
    const { localAddress } = socket;
    const source = { transport: this.#sockets.protocol, address: plainAddress(address), port };
    const connection = new StreamConnection(socket, {
      handlers,
      transport: this,
      local: localAddress === undefined ? this.local : { ...this.local, host: plainAddress(localAddress) },
      source: isSecured(socket) ? { ...source, tls: tlsPeerOf(socket) } : source,
      timers,
    });
    if (socket instanceof TLSSocket)
      socket.once('secureConnect', () => {
        connection.identify(tlsPeerOf(socket));
      });
    this.#connections.set(key, connection);
    socket.once('close', () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    });
    return connection;
  }
}

/** True for an accepted TLS socket; one of ours is secured later. */
function isSecured(socket: Socket): socket is TLSSocket {
  return socket instanceof TLSSocket && !socket.connecting && socket.getProtocol() !== null;
}

/** What we listen on, without the key. */
function localOf(
  transport: 'tcp' | 'tls',
  listen: ListenAddress | undefined,
  server: Server | undefined,
): ListenAddress {
  const bound = server?.address();
  if (listen === undefined || bound === null || typeof bound !== 'object')
    return { transport, host: '0.0.0.0', port: 0 };
  const { host, advertisedHost } = listen;
  return {
    transport,
    host,
    port: bound.port,
    ...(advertisedHost === undefined ? {} : { advertisedHost }),
  };
}

/** A TLS connection is proven for one name only, so another name needs another connection. */
function keyOf(address: string, port: number, serverName?: string): string {
  return `${plainAddress(address)} ${String(port)} ${serverName ?? ''}`;
}

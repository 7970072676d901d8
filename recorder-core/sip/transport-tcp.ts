import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import {
  plainAddress,
  type Flow,
  type ListenAddress,
  type Transport,
  type TransportHandlers,
} from './flow.ts';
import { StreamConnection } from './stream-connection.ts';

/** Connections beyond this are refused by the kernel side of the server: a flood must not take the memory. */
const MAX_CONNECTIONS = 10_000;

/** How a TCP transport is opened. */
export interface TcpOptions {
  /** `undefined`: only connects, never listens. */
  readonly listen: ListenAddress | undefined;
  readonly handlers: TransportHandlers;
  /** See ConnectionOptions. */
  readonly messageDeadline: number;
}

/** Opens a TCP transport. Rejects when the address cannot be bound. */
export async function openTcpTransport(options: TcpOptions): Promise<Transport> {
  const { listen } = options;
  if (listen === undefined) return new TcpTransport(options, { transport: 'tcp', host: '0.0.0.0', port: 0 });
  const server = createServer();
  server.maxConnections = MAX_CONNECTIONS;
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
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : listen.port;
  return new TcpTransport(options, { ...listen, port }, server);
}

class TcpTransport implements Transport {
  readonly local: ListenAddress;
  readonly #options: TcpOptions;
  readonly #server: Server | undefined;
  readonly #connections = new Map<string, StreamConnection>();

  constructor(options: TcpOptions, local: ListenAddress, server?: Server) {
    this.local = local;
    this.#options = options;
    this.#server = server;
    server?.on('error', (error) => {
      options.handlers.onError(error, undefined);
    });
    server?.on('connection', (socket) => {
      const { remoteAddress, remotePort } = socket;
      // A peer that is gone again before we look has no address.
      if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
      else this.#adopt(socket, remoteAddress, remotePort).expectMessage();
    });
  }

  flowTo(address: string, port: number): Flow {
    const existing = this.#connections.get(keyOf(address, port));
    if (existing?.open === true) return existing;
    return this.#adopt(connect({ host: address, port }), address, port);
  }

  close(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
    return new Promise((resolve) => {
      if (this.#server === undefined) resolve();
      else {
        this.#server.close(() => {
          resolve();
        });
      }
    });
  }

  #adopt(socket: Socket, address: string, port: number): StreamConnection {
    const key = keyOf(address, port);
    const connection = new StreamConnection(socket, {
      handlers: this.#options.handlers,
      transport: this,
      local:
        socket.localAddress === undefined
          ? this.local
          : { ...this.local, host: plainAddress(socket.localAddress) },
      remote: { address, port },
      messageDeadline: this.#options.messageDeadline,
    });
    this.#connections.set(key, connection);
    socket.once('close', () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    });
    return connection;
  }
}

function keyOf(address: string, port: number): string {
  return `${plainAddress(address)} ${String(port)}`;
}

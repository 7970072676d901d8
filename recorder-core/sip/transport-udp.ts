import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  plainAddress,
  type Flow,
  type ListenAddress,
  type SipSource,
  type Transport,
  type TransportHandlers,
} from './flow.ts';
import { readMessage } from './message.ts';

/** A burst of INVITEs of 4 KB each must wait in the kernel while the process is busy; the kernel may grant less. */
const SOCKET_BUFFER = 4 * 1024 * 1024;

/**
 * Opens a UDP socket (RFC 3261 section 18). Datagrams up to 64 KiB arrive whole, as the kernel puts IP fragments
 * together. Datagrams of nothing but line ends and NUL are keep-alives and dropped. Rejects when the address cannot
 * be bound.
 */
export async function openUdpTransport(
  listen: ListenAddress,
  handlers: TransportHandlers,
): Promise<Transport> {
  const v6 = isIPv6(listen.host);
  const socket = createSocket({ type: v6 ? 'udp6' : 'udp4', ipv6Only: v6 });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ port: listen.port, address: listen.host, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  enlargeBuffers(socket);
  const transport = new UdpTransport(socket, { ...listen, port: socket.address().port });
  socket.on('error', (error) => {
    handlers.onError(error, undefined);
  });
  socket.on('message', (datagram, remote) => {
    if (isKeepAlive(datagram)) return;
    handlers.onMessage(readMessage(datagram), transport.flowFrom(remote));
  });
  return transport;
}

class UdpTransport implements Transport {
  readonly local: ListenAddress;
  readonly #socket: Socket;
  #closed = false;

  constructor(socket: Socket, local: ListenAddress) {
    this.#socket = socket;
    this.local = local;
  }

  flowFrom(remote: RemoteInfo): Flow {
    return this.flowTo(remote.address, remote.port);
  }

  flowTo(address: string, port: number): Flow {
    const source: SipSource = { transport: 'udp', address: plainAddress(address), port };
    const send: Flow['send'] = (bytes, onError) => {
      this.#send(bytes, address, port, onError);
    };
    return { source, local: this.local, reliable: false, open: true, transport: this, send };
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    return new Promise((resolve) => {
      this.#socket.close(() => {
        resolve();
      });
    });
  }

  /** dgram throws for some bad arguments (port 0) instead of calling back. */
  #send(bytes: Buffer, address: string, port: number, onError: (error: Error) => void): void {
    if (this.#closed) return;
    try {
      this.#socket.send(bytes, port, address, (error) => {
        if (error !== null) onError(error);
      });
    } catch (error) {
      queueMicrotask(() => {
        onError(error instanceof Error ? error : new Error(String(error)));
      });
    }
  }
}

function enlargeBuffers(socket: Socket): void {
  for (const enlarge of [socket.setRecvBufferSize.bind(socket), socket.setSendBufferSize.bind(socket)]) {
    try {
      enlarge(SOCKET_BUFFER);
    } catch {
      // The kernel's default still takes whole datagrams; only bursts suffer.
    }
  }
}

function isKeepAlive(datagram: Buffer): boolean {
  return datagram.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0x00);
}

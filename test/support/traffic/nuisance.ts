import { randomBytes } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What nobody should send, to a recorder's ports on the loopback. Nothing of it is answered for. */
export class Nuisance {
  readonly #udp: UdpSocket;
  readonly #connections = new Set<Socket>();

  private constructor(udp: UdpSocket) {
    this.#udp = udp;
    udp.on('error', () => undefined);
  }

  static async open(): Promise<Nuisance> {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    return new Nuisance(udp);
  }

  /** Datagrams of random content and of up to `longest` octets. */
  async flood(port: number, count: number, longest = 1_400): Promise<void> {
    for (let sent = 0; sent < count; sent += 1)
      await this.sendDatagram(port, randomBytes(1 + ((sent * 37) % longest)));
  }

  /** One datagram; resolves when the system has it. */
  sendDatagram(port: number, bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#udp.send(bytes, port, '127.0.0.1', () => {
        resolve();
      });
    });
  }

  /** A connection that says this and is then left open, until the other side or `close` ends it. */
  async say(port: number, bytes: Buffer): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    this.#connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#connections.delete(socket));
    socket.resume();
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  }

  /** Connections that still stand. */
  get standing(): number {
    return this.#connections.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    this.#udp.close();
    await once(this.#udp, 'close');
  }
}

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { buildRtp } from '../../../recorder-core/media/rtp.ts';
import { PACKET_TICKS, PAYLOAD_TYPE, payloadOf } from './test-payload.ts';

/** One media line of a test call, on a socket of its own; its packets are numbered from 0. */
export class TestStream {
  readonly label: string;
  readonly seed: number;
  readonly #socket: Socket;
  readonly #sentAt: number[] = [];

  private constructor(label: string, seed: number, socket: Socket) {
    this.label = label;
    this.seed = seed;
    this.#socket = socket;
    socket.on('error', () => undefined); // the recorder has closed its port, or was killed
  }

  static async open(label: string, seed: number): Promise<TestStream> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new TestStream(label, seed, socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Packets sent so far. */
  get sent(): number {
    return this.#sentAt.length;
  }

  /** Packets that had been sent at that time of `performance.now()`. */
  sentBy(atMs: number): number {
    const later = this.#sentAt.findIndex((sentAt) => sentAt > atMs);
    return later < 0 ? this.sent : later;
  }

  async aim(port: number): Promise<void> {
    this.#socket.connect(port, '127.0.0.1');
    await once(this.#socket, 'connect');
  }

  sendNext(): void {
    const number = this.sent;
    this.#sentAt.push(performance.now());
    this.#socket.send(
      buildRtp({
        payloadType: PAYLOAD_TYPE,
        marker: number === 0,
        sequence: number & 0xffff,
        timestamp: (number * PACKET_TICKS) >>> 0,
        ssrc: this.seed,
        payload: payloadOf(this.seed, number),
      }),
    );
  }

  close(): void {
    this.#socket.close();
  }
}

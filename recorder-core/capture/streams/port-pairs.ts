import { createSocket, type Socket } from 'node:dgram';
import { HoldfastError } from '../../errors.ts';

/** A bound pair of UDP sockets: RTP on an even port, RTCP on the odd one after it (RFC 3550 section 11). */
export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly port: number;
  release(): void;
}

/** One second of G.711 at 50 packets a second is 8.6 KB; this holds a long stall of the thread. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;
/** A released port rests, so that late packets of the last call do not reach the next. */
const COOL_DOWN_MS = 5_000;

/** Hands out port pairs of a range in turn; a taken or cooling one is passed over. */
export class PortPairs {
  readonly #host: string;
  readonly #first: number;
  readonly #count: number;
  readonly #now: () => number;
  readonly #busyUntil = new Map<number, number>();
  #next = 0;

  constructor(
    host: string,
    range: { readonly min: number; readonly max: number },
    now: () => number = Date.now,
  ) {
    this.#host = host;
    this.#first = range.min + (range.min % 2);
    this.#count = Math.floor((range.max - this.#first + 1) / 2);
    this.#now = now;
  }

  /** Pairs that could be given out at once. */
  get capacity(): number {
    return this.#count;
  }

  /** Binds the next free pair. @throws HoldfastError `unavailable` when the whole range is in use. */
  async bind(): Promise<PortPair> {
    for (let tried = 0; tried < this.#count; tried++) {
      const port = this.#first + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#count;
      if ((this.#busyUntil.get(port) ?? 0) > this.#now()) continue;
      this.#busyUntil.set(port, Infinity);
      const pair = await this.#bindPair(port);
      if (pair !== undefined) return pair;
      this.#busyUntil.delete(port);
    }
    throw new HoldfastError(
      'unavailable',
      `All ${this.#count} RTP port pairs are in use. Widen the range with --rtp-port-min and --rtp-port-max, or add a recorder.`,
    );
  }

  async #bindPair(port: number): Promise<PortPair | undefined> {
    const rtp = await bindSocket(this.#host, port);
    if (rtp === undefined) return undefined;
    const rtcp = await bindSocket(this.#host, port + 1);
    if (rtcp === undefined) {
      rtp.close();
      return undefined;
    }
    const release = (): void => {
      rtp.close();
      rtcp.close();
      this.#busyUntil.set(port, this.#now() + COOL_DOWN_MS);
    };
    return { rtp, rtcp, port, release };
  }
}

function bindSocket(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    });
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

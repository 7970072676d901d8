import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { HoldfastError } from '../../errors.ts';
import { buildRtp } from '../../media/rtp.ts';

/** Where the recorder wants a stream. */
export interface StreamTarget {
  readonly address: string;
  readonly port: number;
}

/** What was sent on one media line, to compare with what was stored. */
export interface SentStream {
  readonly label: string;
  readonly ssrc: number;
  readonly packets: number;
  readonly payloadBytes: number;
  /** SHA-256 (hex) over the payloads of all packets sent, in order. */
  readonly sha256: string;
  readonly firstSequence: number;
  /** Packets of audio not sent because the recorder had paused or refused the line. */
  readonly withheld: number;
  /** Where it was sent; undefined when the recorder refused the line. */
  readonly target: StreamTarget | undefined;
  /** False when the recorder did not echo the label and the line was known by its place. */
  readonly labelEchoed: boolean;
  /** RTCP packets that came back from the recorder. */
  readonly rtcpReceived: number;
}

/** Octets of G.711 in a packet of 20 ms. */
export const PACKET_OCTETS = 160;
/** Length of a packet in ms. */
export const PACKET_MS = 20;

const PCMU = 0;
const TICKS_PER_MS = 8;
const PORT_TRIES = 50;

/** One media line of a recorded call: two sockets (RTP on an even port, RTCP on the next) and G.711 to send. */
export class ClientStream {
  readonly label: string;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #audio: Buffer;
  readonly #ssrc: number;
  readonly #firstSequence: number;
  readonly #firstTimestamp: number;
  readonly #hash = createHash('sha256');
  #sequence: number;
  #position = 0;
  #packets = 0;
  #payloadBytes = 0;
  #withheld = 0;
  #rtcpReceived = 0;
  #marker = true;
  #target: StreamTarget | undefined;
  #labelEchoed = true;
  /** Set while the recorder wants nothing on this line. */
  paused = false;

  private constructor(label: string, audio: Buffer, sockets: readonly [Socket, Socket], random: Buffer) {
    this.label = label;
    this.#audio = audio;
    [this.#rtp, this.#rtcp] = sockets;
    this.#ssrc = random.readUInt32BE(0);
    this.#firstTimestamp = random.readUInt32BE(4);
    this.#firstSequence = random.readUInt16BE(8);
    this.#sequence = this.#firstSequence;
    this.#rtcp.on('message', () => (this.#rtcpReceived += 1));
    // An unreachable port is no fault of the sender's: the recorder may have closed it already.
    for (const socket of sockets) socket.on('error', () => undefined);
  }

  /** Opens a line on free ports of `address`; `random` gives at least 10 bytes for the RTP start values. */
  static async open(label: string, audio: Buffer, address: string, random: Buffer): Promise<ClientStream> {
    return new ClientStream(label, audio, await openPortPair(address), random);
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  /** Length of the audio in packets; the last may be shorter than 20 ms. */
  get totalPackets(): number {
    return Math.ceil(this.#audio.length / PACKET_OCTETS);
  }

  /** Says where to send, or that the line was refused. */
  aim(target: StreamTarget | undefined, labelEchoed: boolean): void {
    this.#target = target;
    this.#labelEchoed = labelEchoed;
  }

  /** The next packet is the first after a silence (RFC 3551 section 4.1). */
  markNext(): void {
    this.#marker = true;
  }

  /** Sends the next 20 ms, stamped `elapsedMs` after the start of the call. False when there is no more audio. */
  async sendNext(elapsedMs: number): Promise<boolean> {
    const payload = this.#audio.subarray(this.#position, this.#position + PACKET_OCTETS);
    if (payload.length === 0) return false;
    this.#position += payload.length;
    const target = this.paused ? undefined : this.#target;
    if (target === undefined) {
      this.#withheld += 1;
      this.#marker = true;
      return true;
    }
    const packet = buildRtp({
      payloadType: PCMU,
      marker: this.#marker,
      sequence: this.#sequence,
      timestamp: (this.#firstTimestamp + elapsedMs * TICKS_PER_MS) % 2 ** 32,
      ssrc: this.#ssrc,
      payload,
    });
    await this.#transmit(packet, target);
    this.#marker = false;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets += 1;
    this.#payloadBytes += payload.length;
    this.#hash.update(payload);
    return true;
  }

  report(): SentStream {
    return {
      label: this.label,
      ssrc: this.#ssrc,
      packets: this.#packets,
      payloadBytes: this.#payloadBytes,
      sha256: this.#hash.copy().digest('hex'),
      firstSequence: this.#firstSequence,
      withheld: this.#withheld,
      target: this.#target,
      labelEchoed: this.#labelEchoed,
      rtcpReceived: this.#rtcpReceived,
    };
  }

  async close(): Promise<void> {
    await Promise.all([closeSocket(this.#rtp), closeSocket(this.#rtcp)]);
  }

  #transmit(packet: Buffer, target: StreamTarget): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rtp.send(packet, target.port, target.address, (error) => {
        if (error === null || error === undefined) resolve();
        else {
          reject(
            new HoldfastError(
              'unavailable',
              'A media packet could not be sent to the recorder; check the address in its answer and the network.',
              { detail: `${error.message} towards ${target.address}:${target.port}`, cause: error },
            ),
          );
        }
      });
    });
  }
}

/** RTP on an even port and RTCP on the next (RFC 3550 section 11). */
async function openPortPair(address: string): Promise<[Socket, Socket]> {
  for (let count = 0; count < PORT_TRIES; count += 1) {
    const rtp = await bind(address, 0);
    const { port } = rtp.address();
    const rtcp = port % 2 === 0 ? await bind(address, port + 1).catch(() => undefined) : undefined;
    if (rtcp !== undefined) return [rtp, rtcp];
    await closeSocket(rtp);
  }
  throw new HoldfastError(
    'unavailable',
    'No free pair of media ports was found; close other programs or try again.',
    {
      retryAfterMs: 1000,
    },
  );
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    await closeSocket(socket);
    throw error;
  }
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
}

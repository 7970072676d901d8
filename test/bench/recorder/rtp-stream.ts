import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodePcmu } from '../../../recorder-core/media/g711.ts';
import { buildRtp } from '../../../recorder-core/media/rtp.ts';
import type { SrtpKeys } from '../../../recorder-core/media/srtp/srtp-keys.ts';
import { SrtpSender } from '../../../recorder-core/media/srtp/srtp-sender.ts';
import { voiceLike } from '../../../recorder-core/media/test-signal.ts';

const PAYLOAD_BYTES = 160;
const HEADER_BYTES = 12;
const VOICE = Buffer.from(encodePcmu(voiceLike({ samples: 8000 * 20, pitchHz: 150, seed: 5 })));

/** One G.711 stream from one socket, its numbering unbroken wherever it is aimed. */
export class RtpStream {
  readonly #socket: Socket;
  readonly #ssrc: number;
  readonly #srtp: SrtpSender | undefined;
  /** In turns, so that a packet that waits in the socket is not written over. */
  readonly #packets: readonly Buffer[];
  #next = 0;
  #aimed = false;

  private constructor(socket: Socket, ssrc: number, keys: SrtpKeys | undefined) {
    this.#socket = socket;
    this.#ssrc = ssrc;
    this.#srtp = keys && new SrtpSender(keys);
    const packet = (): Buffer =>
      buildRtp({ payloadType: 0, sequence: 0, timestamp: 0, ssrc, payload: Buffer.alloc(PAYLOAD_BYTES) });
    this.#packets = [packet(), packet()];
    socket.on('error', () => undefined); // the receiver has closed its port
  }

  /** With keys, every packet is SRTP. */
  static async open(ssrc: number, keys?: SrtpKeys): Promise<RtpStream> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RtpStream(socket, ssrc, keys);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async aim(port: number): Promise<void> {
    if (this.#aimed) this.#socket.disconnect();
    this.#aimed = true;
    this.#socket.connect(port, '127.0.0.1');
    await once(this.#socket, 'connect');
  }

  send(): void {
    const index = this.#next++;
    const packet = this.#packets[index % 2];
    if (packet === undefined) return;
    packet.writeUInt16BE(index & 0xffff, 2);
    packet.writeUInt32BE((index * PAYLOAD_BYTES) >>> 0, 4);
    const at = ((index + this.#ssrc) * PAYLOAD_BYTES) % VOICE.length;
    VOICE.copy(packet, HEADER_BYTES, at, at + PAYLOAD_BYTES);
    this.#socket.send(this.#srtp?.protect(packet) ?? packet);
  }

  close(): void {
    this.#socket.close();
  }
}

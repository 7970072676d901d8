import { createHash } from 'node:crypto';
import { buildReceiverReport, parseRtcp, type RtcpPacket } from '../../../media/rtcp.ts';
import { parseRtp, type RtpPacket } from '../../../media/rtp.ts';
import type { SrtpKeys } from '../../../media/srtp/srtp-keys.ts';
import { SrtpReceiver } from '../../../media/srtp/srtp-receiver.ts';
import { openMediaPorts, type MediaPorts } from '../media/media-ports.ts';

/** What arrived on one line of the loopback recorder, every packet once. */
export class ReceivedLine {
  /** In the order of arrival. */
  readonly arrived: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];
  /** Datagrams that were there before. */
  duplicates = 0;
  /** Datagrams that SRTP refused. */
  refused = 0;
  /** Ports they came from. */
  readonly sources = new Set<number>();
  readonly #ports: MediaPorts;
  readonly #seen = new Set<string>();
  #srtp: SrtpReceiver | undefined;
  /** What came before the keys it needs. */
  #early: Buffer[] | undefined;

  private constructor(ports: MediaPorts, hooks: { onPacket(): void; onRtcp(): void }) {
    this.#ports = ports;
    ports.rtp.setRecvBufferSize(1 << 20);
    ports.rtp.on('message', (datagram, { port }) => {
      this.sources.add(port);
      if (this.#early === undefined) this.#take(datagram);
      else this.#early.push(datagram);
      hooks.onPacket();
    });
    ports.rtcp.on('message', (datagram, from) => {
      const plain = this.#srtp?.unprotectRtcp(datagram) ?? datagram;
      if (typeof plain !== 'string') this.rtcp.push(...parseRtcp(plain));
      ports.rtcp.send(
        buildReceiverReport({ ssrc: 1, reports: [], cname: 'recorder' }),
        from.port,
        from.address,
      );
      hooks.onRtcp();
    });
  }

  static async open(host: string, hooks: { onPacket(): void; onRtcp(): void }): Promise<ReceivedLine> {
    return new ReceivedLine(await openMediaPorts(host), hooks);
  }

  get port(): number {
    return this.#ports.rtp.address().port;
  }

  get packets(): number {
    return this.arrived.length;
  }

  get timestamps(): number[] {
    return this.arrived.map(({ timestamp }) => timestamp);
  }

  /** SHA-256 (hex) of the payloads in the order of their numbers, source after source. */
  digest(): string {
    const hash = createHash('sha256');
    for (const ssrc of new Set(this.arrived.map((packet) => packet.ssrc))) {
      const own = this.arrived.filter((packet) => packet.ssrc === ssrc);
      const base = (own[0]?.sequence ?? 0) - 0x4000;
      const place = ({ sequence }: RtpPacket): number => (sequence - base) & 0xffff;
      for (const { payload } of own.sort((a, b) => place(a) - place(b))) hash.update(payload);
    }
    return hash.digest('hex');
  }

  /** From now on the line is secured with one of these keys of the source. */
  secure(keys: readonly SrtpKeys[]): void {
    if (this.#srtp === undefined) this.#srtp = new SrtpReceiver(keys);
    else this.#srtp.rekey(keys);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const datagram of early) this.#take(datagram);
  }

  /** Keeps what comes until `secure`: the source's keys are on their way. */
  awaitKeys(): void {
    this.#early ??= [];
  }

  close(): Promise<void> {
    return this.#ports.close();
  }

  #take(datagram: Buffer): void {
    const plain = this.#srtp?.unprotect(datagram) ?? datagram;
    const packet = typeof plain === 'string' ? undefined : parseRtp(plain);
    if (packet === undefined) {
      if (plain === 'replayed') this.duplicates += 1;
      else this.refused += 1;
      return;
    }
    const name = `${packet.ssrc} ${packet.sequence} ${packet.timestamp}`;
    if (this.#seen.has(name)) this.duplicates += 1;
    else this.arrived.push(packet);
    this.#seen.add(name);
  }
}

import { isRtcp } from '../../../media/rtp.ts';
import { SrtpSender } from '../../../media/srtp/srtp-sender.ts';
import type { SrtpKeys } from '../../../media/srtp/srtp-keys.ts';
import type { Track } from '../tracks/track.ts';
import { fates, type FateOf, type Impairments } from './impairments.ts';
import { LineRtcp } from './line-rtcp.ts';
import { LineTally } from './line-tally.ts';
import { openMediaPorts, type MediaPorts } from './media-ports.ts';
import type { PacedMedia } from './pacer.ts';
import { ReleaseQueue } from './release-queue.ts';
import { RtpSource, ticksAt } from './rtp-source.ts';
import { buildSenderReport } from './sender-report.ts';
import { describeSent, type SentStream, type StreamTarget } from './sent-stream.ts';
import { TrackPlayer, type PlayedFrame } from './track-player.ts';

/** How a line is opened. */
export interface MediaLineOptions {
  readonly label: string;
  readonly track: Track;
  /** Local address to send from. */
  readonly address: string;
  /** Place among the lines of the call, from 0. */
  readonly index: number;
  /** When the line joins the call, in ms. */
  readonly startMs: number;
  /** How much faster its clock runs than the wall clock. */
  readonly skewPpm?: number;
  readonly impairments?: Impairments;
  /** `Infinity` for no RTCP. */
  readonly rtcpIntervalMs: number;
  readonly cname: string;
  /** The wall clock, in ms since 1970, at a time of the call. */
  wallClock(callMs: number): number;
  random(bytes: number): Buffer;
}

/** What the recorder agreed to for a line. */
export interface LineAgreement {
  /** Undefined when the line was refused. */
  readonly target: StreamTarget | undefined;
  readonly payloadType: number;
  /** Of key presses and comfort noise; undefined when the recorder does not take them. */
  readonly eventPayloadType: number | undefined;
  readonly noisePayloadType: number | undefined;
  readonly labelEchoed: boolean;
}

/** Bytes for the start values of a source. */
const RANDOM_BYTES = 10;

/**
 * One media line of a recorded call: two sockets, a track to send, and what a bad network does to it. The pacer says when;
 * nothing here waits, so one call may send thousands of packets in a second. Over 200 lines because what may happen to a
 * line in mid-call is one state; the parts it is made of live in files of their own.
 */
export class MediaLine implements PacedMedia {
  readonly label: string;
  /** Set while the recorder wants nothing on this line. */
  paused = false;
  readonly #options: MediaLineOptions;
  readonly #tally = new LineTally();
  readonly #queue = new ReleaseQueue();
  readonly #rtcp: LineRtcp;
  readonly #fateOf: FateOf;
  readonly #sources: RtpSource[] = [];
  #ports: MediaPorts;
  #source: RtpSource;
  #player: TrackPlayer;
  #agreement: LineAgreement | undefined;
  #srtp: { readonly sender: SrtpSender; readonly suite: string } | undefined;
  #withheld = 0;
  #sendErrors = 0;

  private constructor(options: MediaLineOptions, ports: MediaPorts) {
    this.label = options.label;
    this.#options = options;
    this.#ports = this.#listen(ports);
    this.#source = this.#newSource();
    this.#player = new TrackPlayer(options.track, options.startMs, this.#skewPpm);
    this.#rtcp = new LineRtcp(options.startMs, options.rtcpIntervalMs);
    this.#fateOf = fates(options.impairments, options.index);
  }

  /** Opens a line on free ports. @throws HoldfastError `unavailable` when there are none. */
  static async open(options: MediaLineOptions): Promise<MediaLine> {
    return new MediaLine(options, await openMediaPorts(options.address));
  }

  get port(): number {
    return this.#ports.rtp.address().port;
  }

  get track(): Track {
    return this.#player.track;
  }

  /** Where it is sent; undefined when the recorder refused the line. */
  get target(): StreamTarget | undefined {
    return this.#agreement?.target;
  }

  /** When the track, and what the network still holds of it, is over; in ms of the call. */
  get endsAt(): number {
    return Math.max(this.#player.endsAt, this.#queue.lastDue());
  }

  nextDue(): number {
    const reportDue = this.target === undefined ? Infinity : this.#rtcp.nextDue;
    return Math.min(this.#player.nextDue, this.#queue.nextDue(), reportDue);
  }

  sendDue(nowMs: number): void {
    while (this.#player.nextDue <= nowMs) {
      const frame = this.#player.take();
      if (frame !== undefined) this.#play(frame);
    }
    for (const packet of this.#queue.release(nowMs)) this.#transmit(packet);
    if (this.target !== undefined && this.#rtcp.takeDue(nowMs)) this.#report(nowMs, false);
  }

  /** Takes what the recorder agreed to, in its answer or its own offer. */
  agree(agreement: LineAgreement): void {
    this.#agreement = agreement;
  }

  /** From now on the line is sent under these keys; the counters go on (RFC 3711 section 3.3.1). */
  secure(keys: SrtpKeys): void {
    if (this.#srtp === undefined) this.#srtp = { sender: new SrtpSender(keys), suite: keys.suite };
    else {
      this.#srtp.sender.rekey(keys);
      this.#srtp = { sender: this.#srtp.sender, suite: keys.suite };
    }
  }

  hold(nowMs: number): void {
    this.#player.hold(nowMs);
  }

  resume(nowMs: number): void {
    this.#player.resume(nowMs);
  }

  /** Somebody else speaks on the line, or in another codec. Another RTP clock is another source (RFC 7160 section 4). */
  play(track: Track, nowMs: number): void {
    const sameClock = track.codec.clockRate === this.track.codec.clockRate;
    this.#player = new TrackPlayer(track, nowMs, this.#skewPpm);
    if (!sameClock) this.changeSource();
  }

  /** Another SSRC with numbers of its own, as after a re-start of the sender. */
  changeSource(): void {
    this.#source = this.#newSource();
    this.#player.markNext();
  }

  /** Moves to other ports, as sources do on a transfer. */
  async changePorts(): Promise<void> {
    const before = this.#ports;
    this.#ports = this.#listen(await openMediaPorts(this.#options.address));
    await before.close();
  }

  /** Says goodbye; nothing is to be sent afterwards. */
  sayGoodbye(nowMs: number): void {
    for (const packet of this.#queue.release(Infinity)) this.#transmit(packet);
    if (this.target !== undefined && this.#rtcp.sent > 0) this.#report(nowMs, true);
  }

  describe(): SentStream {
    return describeSent({
      label: this.label,
      codec: this.track.codec.codec,
      suite: this.#srtp?.suite,
      tally: this.#tally,
      sources: this.#sources,
      rtcp: this.#rtcp,
      target: this.target,
      labelEchoed: this.#agreement?.labelEchoed ?? true,
      withheld: this.#withheld,
      sendErrors: this.#sendErrors,
    });
  }

  close(): Promise<void> {
    return this.#ports.close();
  }

  get #skewPpm(): number {
    return this.#options.skewPpm ?? 0;
  }

  #play(frame: PlayedFrame): void {
    const payloadType = this.#payloadTypeOf(frame);
    if (this.paused || this.target === undefined || payloadType === undefined) {
      this.#withheld += 1;
      this.#player.markNext();
      return;
    }
    const { marker, ticks, payload } = frame;
    const { sequence, packet } = this.#source.next({ payloadType, marker, ticks, payload });
    const fate = this.#fateOf(this.track.ptimeMs);
    this.#tally.add(this.#source.ssrc, sequence, payload, fate);
    if (frame.kind === 'telephone-event' && marker) this.#tally.keyPresses += 1;
    const sealed = this.#srtp?.sender.protect(packet) ?? packet;
    if (fate.lost) return;
    for (let copy = 0; copy < fate.copies; copy += 1) this.#queue.add(sealed, frame.dueMs + fate.delayMs);
  }

  #payloadTypeOf({ kind }: PlayedFrame): number | undefined {
    if (kind === 'audio') return this.#agreement?.payloadType;
    return kind === 'comfort-noise' ? this.#agreement?.noisePayloadType : this.#agreement?.eventPayloadType;
  }

  #report(nowMs: number, goodbye: boolean): void {
    const clock = { skewPpm: this.#skewPpm, clockRate: this.track.codec.clockRate };
    const report = buildSenderReport({
      ssrc: this.#source.ssrc,
      wallMs: this.#options.wallClock(nowMs),
      rtpTimestamp: this.#source.timestampOf(ticksAt(nowMs, clock)),
      packets: this.#source.packets,
      octets: this.#source.octets,
      cname: this.#options.cname,
      goodbye,
    });
    const target = this.target;
    if (target === undefined) return;
    this.#rtcp.sent += 1;
    const muxed = target.rtcpPort === target.port;
    const socket = muxed ? this.#ports.rtp : this.#ports.rtcp;
    socket.send(this.#srtp?.sender.protectRtcp(report) ?? report, target.rtcpPort, target.address);
  }

  #transmit(packet: Buffer): void {
    const target = this.target;
    if (target !== undefined) this.#ports.rtp.send(packet, target.port, target.address);
  }

  #newSource(): RtpSource {
    const source = new RtpSource(this.#options.random(RANDOM_BYTES));
    this.#sources.push(source);
    return source;
  }

  #listen(ports: MediaPorts): MediaPorts {
    // An unreachable port is no fault of the sender's: the recorder may have closed it already.
    for (const socket of [ports.rtp, ports.rtcp]) socket.on('error', () => (this.#sendErrors += 1));
    ports.rtcp.on('message', (datagram) => this.#rtcp.receive(datagram));
    ports.rtp.on('message', (datagram) => {
      if (isRtcp(datagram)) this.#rtcp.receive(datagram);
    });
    return ports;
  }
}

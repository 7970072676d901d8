import { createHash, type Hash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { parseRtp } from '../../../media/rtp.ts';
import {
  createUserAgent,
  type Dialog,
  type IncomingInvite,
  type UserAgent,
} from '../../../sip/user-agent.ts';
import { buildAnswer } from '../../answer.ts';
import { OfferRefused } from '../../offer-refused.ts';
import { readOffer, type RecordingOffer } from '../../offer.ts';
import { RecordingSession, type SessionChanges } from '../../recording-session.ts';

/** What arrived on one line. */
export interface ReceivedLine {
  readonly socket: Socket;
  readonly hash: Hash;
  packets: number;
  readonly timestamps: number[];
}

/** A recording server of the bare pieces: answers offers, keeps the session, counts RTP. For tests on loopback. */
export class LoopbackRecorder extends EventEmitter {
  readonly session = new RecordingSession();
  readonly changes: SessionChanges[] = [];
  readonly lines = new Map<string, ReceivedLine>();
  readonly requests: string[] = [];
  dialog: Dialog | undefined;
  /** Lines to answer with port 0. */
  refuse: readonly string[] = [];
  /** Instead of an answer: a status. */
  rejectWith: number | undefined;
  readonly #agent: UserAgent;
  #version = 0;
  #clock = 0;

  constructor(transport: 'udp' | 'tcp') {
    super();
    this.#agent = createUserAgent({
      listen: [{ transport, host: '127.0.0.1', port: 0 }],
      contactParams: ';+sip.srs',
      supported: ['siprec'],
      onInvite: (invite) => {
        void this.#accept(invite);
      },
    });
  }

  /** Starts; gives the URI to call. */
  async start(): Promise<string> {
    const [address] = await this.#agent.start();
    return `sip:recorder@127.0.0.1:${address?.port}`;
  }

  async close(): Promise<void> {
    await this.#agent.close();
    for (const line of this.lines.values()) line.socket.close();
  }

  /** Resolves when `packets` have arrived on a line. */
  async received(label: string, packets: number): Promise<ReceivedLine> {
    const line = this.lines.get(label);
    if (line === undefined) throw new Error(`no line ${label} was offered`);
    while (line.packets < packets) await once(this, 'packet');
    return line;
  }

  /** The answer to the latest offer, with the given lines paused. */
  answer(offer: RecordingOffer, paused: readonly string[] = []): Buffer {
    const local = offer.streams.flatMap(({ label = '' }) => {
      const line = this.lines.get(label);
      if (line === undefined || this.refuse.includes(label)) return [];
      const { port } = line.socket.address();
      return [{ label, address: '127.0.0.1', port, formats: [0], paused: paused.includes(label) }];
    });
    return Buffer.from(
      buildAnswer(offer, local, { sessionId: '7', version: ++this.#version, address: '127.0.0.1' }),
    );
  }

  async #accept(invite: IncomingInvite): Promise<void> {
    this.requests.push('INVITE');
    if (this.rejectWith !== undefined) {
      invite.reject(this.rejectWith);
      return;
    }
    try {
      const offer = readOffer(invite.request);
      this.changes.push(this.session.start(offer, ++this.#clock));
      await Promise.all(offer.streams.map(({ label = '' }) => this.#open(label)));
      const dialog = invite.accept({ contentType: 'application/sdp', body: this.answer(offer) });
      this.#follow(dialog);
    } catch (error) {
      invite.reject(error instanceof OfferRefused ? error.sipStatus : 500);
    }
  }

  #follow(dialog: Dialog): void {
    this.dialog = dialog;
    dialog.onRequest = (incoming) => {
      this.requests.push(incoming.request.method);
      const offer = readOffer(incoming.request);
      this.changes.push(this.session.update(offer, ++this.#clock));
      incoming.respond(200, { contentType: 'application/sdp', body: this.answer(offer) });
      this.emit('updated');
    };
    dialog.onEnded = () => {
      this.session.end(++this.#clock);
      this.emit('ended');
    };
    this.emit('accepted');
  }

  async #open(label: string): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    const line: ReceivedLine = { socket, hash: createHash('sha256'), packets: 0, timestamps: [] };
    socket.on('message', (datagram) => {
      const packet = parseRtp(datagram);
      if (packet === undefined) return;
      line.packets += 1;
      line.hash.update(packet.payload);
      line.timestamps.push(packet.timestamp);
      this.emit('packet');
    });
    this.lines.set(label, line);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
}

import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { answerCrypto, chooseCrypto, formatCrypto, makeSrtpKeys } from '../../../media/srtp/sdes.ts';
import type { SrtpSuite } from '../../../media/srtp/srtp-keys.ts';
import { AUTHORITY, IDENTITIES } from '../../../sip/test-support/certificates.ts';
import {
  createUserAgent,
  type Dialog,
  type IncomingInvite,
  type Refusal,
  type UserAgent,
} from '../../../sip/user-agent.ts';
import { buildAnswer, type LocalStream } from '../../answer.ts';
import { buildOwnOffer } from '../../delayed-offer.ts';
import { OfferRefused } from '../../offer-refused.ts';
import { readOffer, type RecordingOffer } from '../../offer.ts';
import type { OfferedStream } from '../../offered-stream.ts';
import { readAnswer } from '../../read-answer.ts';
import { RecordingSession, type SessionChanges } from '../../recording-session.ts';
import { ReceivedLine } from './received-line.ts';

const OWN_LABELS = ['1', '2'] as const;

/**
 * A recording server of the bare pieces: answers offers of any form, keeps the session, takes RTP, RTCP and SRTP. For tests
 * on loopback. A line is known by its label, else by dialog and place: `0.1`.
 */
export class LoopbackRecorder extends EventEmitter {
  readonly session = new RecordingSession();
  readonly changes: SessionChanges[] = [];
  readonly lines = new Map<string, ReceivedLine>();
  /** Methods, and the INVITEs and later requests themselves. */
  readonly requests: string[] = [];
  readonly offers: RecordingOffer[] = [];
  dialog: Dialog | undefined;
  /** Lines to answer with port 0. */
  refuse: readonly string[] = [];
  /** Instead of an answer: a status. */
  rejectWith: number | undefined;
  /** Own offers have keys of this suite. */
  offerSuite: SrtpSuite | undefined;
  /** Asked before any INVITE: challenges. */
  admit: ((request: RecordingOffer['request']) => Refusal | undefined) | undefined;
  readonly #agent: UserAgent;
  readonly #host: string;
  readonly #transport: 'udp' | 'tcp' | 'tls';
  #dialogs = 0;
  #version = 0;
  #clock = 0;

  constructor(transport: 'udp' | 'tcp' | 'tls', host = '127.0.0.1') {
    super();
    this.#host = host;
    this.#transport = transport;
    const tls = { ...IDENTITIES.server, ca: AUTHORITY, clientCertificate: 'request' } as const;
    this.#agent = createUserAgent({
      listen: [{ transport, host, port: 0, ...(transport === 'tls' && { tls }) }],
      contactParams: ';+sip.srs',
      supported: ['siprec'],
      admit: (request) => this.admit?.(request),
      onInvite: (invite) => {
        void this.#accept(invite);
      },
    });
  }

  /** Starts; gives the URI to call. */
  async start(): Promise<string> {
    const [address] = await this.#agent.start();
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `sip:recorder@${host}:${address?.port};transport=${this.#transport}`;
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await Promise.all([...this.lines.values()].map((line) => line.close()));
  }

  /** Resolves when `packets` different ones have arrived on a line. */
  async received(label: string, packets: number): Promise<ReceivedLine> {
    const line = this.lines.get(label);
    if (line === undefined) throw new Error(`no line ${label} was offered`);
    while (line.packets < packets) await once(this, 'packet');
    return line;
  }

  /** Resolves when RTCP that fits has come in on a line. */
  async rtcp(label: string, fits: (line: ReceivedLine) => boolean): Promise<ReceivedLine> {
    const line = await this.received(label, 0);
    while (!fits(line)) await once(this, 'rtcp');
    return line;
  }

  async #accept(invite: IncomingInvite): Promise<void> {
    this.requests.push('INVITE');
    if (this.rejectWith !== undefined) {
      invite.reject(this.rejectWith);
      return;
    }
    const index = this.#dialogs++;
    try {
      const offer = readOffer(invite.request);
      this.offers.push(offer);
      const first = index === 0;
      if (first) this.changes.push(this.session.start(offer, ++this.#clock));
      const delayed = offer.sdp === undefined;
      const body = delayed ? await this.#ownOffer(index) : await this.#answer(offer.streams, index);
      const dialog = invite.accept({ contentType: 'application/sdp', body });
      this.#follow(dialog, index, delayed);
    } catch (error) {
      invite.reject(error instanceof OfferRefused ? error.sipStatus : 500);
    }
  }

  #follow(dialog: Dialog, index: number, delayed: boolean): void {
    this.dialog = dialog;
    dialog.onRequest = (incoming) => {
      this.requests.push(incoming.request.method);
      const offer = readOffer(incoming.request);
      this.offers.push(offer);
      this.changes.push(this.session.update(offer, ++this.#clock));
      this.emit('updated');
      if (offer.sdp === undefined) incoming.respond(200);
      else
        void this.#answer(offer.streams, index).then((body) => {
          incoming.respond(200, { contentType: 'application/sdp', body });
        });
    };
    if (delayed)
      dialog.onAck = (ack) => {
        this.requests.push('ACK');
        const proposed = OWN_LABELS.map((label) => ({ label }));
        const answer = readAnswer(proposed, ack);
        for (const [place, { crypto }] of answer.streams.entries()) {
          const accepted = chooseCrypto(crypto);
          if (accepted !== undefined) this.lines.get(ownKey(index, place))?.secure(accepted.keys);
        }
        this.changes.push(this.session.update(answer, ++this.#clock));
        this.emit('updated');
      };
    dialog.onEnded = () => {
      if (index === 0) this.session.end(++this.#clock);
      this.emit('ended');
    };
    this.emit('accepted');
  }

  /** Two lines, whatever the source has. */
  async #ownOffer(dialog: number): Promise<Buffer> {
    const lines = await Promise.all(
      OWN_LABELS.map(async (label, place) => {
        const line = await this.#open(ownKey(dialog, place));
        const crypto = this.offerSuite === undefined ? [] : [ownCrypto(this.offerSuite)];
        if (crypto.length > 0) line.awaitKeys();
        return { label, address: this.#host, port: line.port, crypto };
      }),
    );
    return Buffer.from(buildOwnOffer(lines, { sessionId: '7', version: ++this.#version }));
  }

  async #answer(streams: readonly OfferedStream[], dialog: number): Promise<Buffer> {
    const local: LocalStream[] = [];
    for (const stream of streams) {
      const { label, mLineIndex, crypto, port } = stream;
      const key = label ?? `${dialog}.${mLineIndex}`;
      if (port === 0 || this.refuse.includes(key)) continue;
      const line = await this.#open(key);
      const accepted = chooseCrypto(crypto);
      if (accepted !== undefined) line.secure(accepted.keys);
      local.push({
        ...(label === undefined ? { mLineIndex } : { label }),
        address: this.#host,
        port: line.port,
        ...(accepted && { crypto: answerCrypto(accepted, makeSrtpKeys(accepted.suite, randomBytes)) }),
      });
    }
    const origin = { sessionId: '7', version: ++this.#version, address: this.#host };
    return Buffer.from(buildAnswer({ streams }, local, origin));
  }

  async #open(key: string): Promise<ReceivedLine> {
    const known = this.lines.get(key);
    if (known !== undefined) return known;
    const line = await ReceivedLine.open(this.#host, {
      onPacket: () => this.emit('packet'),
      onRtcp: () => this.emit('rtcp'),
    });
    this.lines.set(key, line);
    return line;
  }
}

/** Lines of own offers have the same labels in every dialog. */
function ownKey(dialog: number, place: number): string {
  return dialog === 0 ? `${place + 1}` : `${dialog}.${place + 1}`;
}

function ownCrypto(suite: SrtpSuite): string {
  const keys = [makeSrtpKeys(suite, randomBytes)];
  return formatCrypto({ tag: 5, suite, spelling: suite, keys, parameters: [] });
}

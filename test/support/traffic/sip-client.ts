import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readMessage, type SipRequest, type SipResponse } from '../../../recorder-core/sip/message.ts';

/** RFC 3261 timer A: an unanswered request over UDP is sent again, each time after twice as long. */
const FIRST_REPEAT_MS = 500;

/** A request of ours on its way. */
export interface Exchange {
  /** The final response; never settles once abandoned. */
  readonly final: Promise<SipResponse>;
  /** True when any response has come. */
  readonly heard: boolean;
  /** Sends it no more and waits no more: whoever should answer is dead. */
  abandon(): void;
}

/** What a request of ours says, besides what the client knows itself. */
export interface Outgoing {
  readonly method: string;
  readonly callId: string;
  readonly cseq: number;
  readonly to: number;
  /** Of the recorder, as its answer had it. */
  readonly toTag?: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer;
}

/**
 * The smallest SIP client that can place calls over UDP, apart from our own stack: one socket, every message as text.
 * It knows of each request whether it was answered, which is what a test of crashes has to know.
 */
export class SipClient {
  readonly port: number;
  /** Called for each request of the recorder's own; it has been answered 200. */
  onRequest: ((request: SipRequest) => void) | undefined;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, { take(response: SipResponse): void }>();
  readonly #acks = new Map<string, { bytes: Buffer; to: number }>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (datagram, from) => {
      this.#take(datagram, from.port);
    });
    socket.on('error', () => undefined); // ICMP from a recorder that was killed
  }

  static async open(): Promise<SipClient> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 512 * 1024 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new SipClient(socket);
  }

  /** Sends a request, again and again until its final response. An INVITE is acknowledged. */
  send(outgoing: Outgoing): Exchange {
    const bytes = this.#write(outgoing);
    const key = keyOf(outgoing.callId, outgoing.cseq, outgoing.method);
    const answered = Promise.withResolvers<SipResponse>();
    let interval = FIRST_REPEAT_MS;
    let heard = false;
    const transmit = (): void => {
      this.#socket.send(bytes, outgoing.to, '127.0.0.1');
    };
    const repeat = (): void => {
      transmit();
      interval *= 2;
      timer = setTimeout(repeat, interval);
    };
    let timer = setTimeout(repeat, interval);
    const abandon = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(key);
    };
    this.#waiting.set(key, {
      take: (response) => {
        heard = true;
        clearTimeout(timer); // a provisional answer ends the repetitions too
        if (response.status < 200) return;
        abandon();
        if (outgoing.method === 'INVITE') this.#acknowledge(outgoing, response);
        answered.resolve(response);
      },
    });
    transmit();
    return {
      final: answered.promise,
      get heard() {
        return heard;
      },
      abandon,
    };
  }

  /** Answers no repeated 200 of this call any more. */
  forget(callId: string): void {
    this.#acks.delete(callId);
  }

  async close(): Promise<void> {
    for (const key of [...this.#waiting.keys()]) this.#waiting.delete(key);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #acknowledge(invite: Outgoing, response: SipResponse): void {
    const { callId, cseq, to } = invite;
    const bytes = this.#write({ method: 'ACK', callId, cseq, to, toTag: tagOf(response) });
    if (response.status < 300) this.#acks.set(callId, { bytes, to });
    this.#socket.send(bytes, to, '127.0.0.1');
  }

  #write({ method, callId, cseq, to, toTag, headers = [], body = Buffer.alloc(0) }: Outgoing): Buffer {
    const own = `127.0.0.1:${this.port}`;
    const head = [
      `${method} sip:recorder@127.0.0.1:${to} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK-${callId}-${cseq}${method === 'ACK' ? 'a' : ''};rport`,
      'Max-Forwards: 70',
      `From: <sip:src@${own}>;tag=src`,
      `To: <sip:recorder@127.0.0.1:${to}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:src@${own}>;+sip.src`,
      ...headers,
      `Content-Length: ${body.length}`,
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  }

  #take(datagram: Buffer, from: number): void {
    const message = readMessage(datagram);
    if (message.kind === 'malformed') return;
    const callId = message.headers.get('Call-ID') ?? '';
    if (message.kind === 'request') {
      this.#answer(message, from);
      return;
    }
    const [cseq = '', method = ''] = (message.headers.get('CSeq') ?? '').split(' ');
    const waiting = this.#waiting.get(keyOf(callId, Number(cseq), method));
    if (waiting !== undefined) waiting.take(message);
    else if (method === 'INVITE' && message.status >= 200) {
      const ack = this.#acks.get(callId); // the recorder repeats its 200 until it has the ACK
      if (ack !== undefined) this.#socket.send(ack.bytes, ack.to, '127.0.0.1');
    }
  }

  #answer(request: SipRequest, from: number): void {
    if (request.method === 'ACK') return;
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      request.headers.getAll(name).map((value) => `${name}: ${value}`),
    );
    const head = ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
    this.#socket.send(head, from, '127.0.0.1');
    this.onRequest?.(request);
  }
}

/** The tag that a response gives the dialog. */
export function tagOf(response: SipResponse): string {
  return /;\s*tag=([^;\s]+)/i.exec(response.headers.get('To') ?? '')?.[1] ?? '';
}

function keyOf(callId: string, cseq: number, method: string): string {
  return `${callId} ${cseq} ${method}`;
}

import { HoldfastError } from '../../errors.ts';
import { parseSdp } from '../../sip/sdp.ts';
import { buildClientBody, buildClientSdp, callMetadata, type CallIds } from './client-body.ts';
import { PACKET_MS, type ClientStream } from './client-stream.ts';
import { readStreams, type OfferedStream } from '../offered-stream.ts';
import type { Pacer } from './client-pacer.ts';
import type { ClientForm } from '../dialects/dialect.ts';
import type { AnsweredStream, CallEvent, CallOptions, CallReport } from './played-call-types.ts';
import type { SipResponse } from '../../sip/message.ts';
import type { Dialog, InDialogRequest, UserAgent } from '../../sip/user-agent.ts';

/** Both ends asked at once (RFC 3261 section 14.1): the one that owns the Call-ID waits at least 2.1 s. */
const GLARE = 491;
const GLARE_WAIT_MS = 2100;
const GLARE_TRIES = 3;

/** What a call needs from outside. */
export interface CallTools {
  readonly userAgent: Pick<UserAgent, 'invite'>;
  pacer(): Pacer;
  now(): number;
  random(bytes: number): Buffer;
}

/** One call on its way from INVITE to BYE, on streams that are open; used once. */
export class PlayedCall {
  readonly #call: CallOptions;
  readonly #form: ClientForm;
  readonly #streams: readonly ClientStream[];
  readonly #address: string;
  readonly #tools: CallTools;
  readonly #ids: CallIds;
  readonly #sdpSession: string;
  readonly #stop = new AbortController();
  #version = 1;
  #held = false;
  #endedBy: CallReport['endedBy'] = 'client';
  #answeredAt = 0;
  #pacer: Pacer;

  constructor(
    call: CallOptions,
    form: ClientForm,
    streams: readonly ClientStream[],
    address: string,
    tools: CallTools,
  ) {
    this.#call = call;
    this.#form = form;
    this.#streams = streams;
    this.#address = address;
    this.#tools = tools;
    this.#pacer = tools.pacer();
    const id = (): string => tools.random(16).toString('base64');
    this.#sdpSession = String(tools.random(4).readUInt32BE(0));
    this.#ids = {
      session: id(),
      group: id(),
      sipSessionId: call.callId ?? tools.random(16).toString('hex'),
      participants: streams.map(id),
      streams: streams.map(id),
    };
  }

  async run(): Promise<CallReport> {
    const { signal } = this.#call;
    const dialog = await this.#invite();
    const abort = (): void => {
      this.#finish('abort');
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      await this.#sendAll(dialog);
    } finally {
      signal?.removeEventListener('abort', abort);
      if (dialog.state !== 'ended') await dialog.bye();
    }
    this.#emit({ type: 'ended', by: this.#endedBy });
    return {
      dialogCallId: dialog.callId,
      callId: this.#ids.sipSessionId,
      streams: this.#streams.map((stream) => stream.report()),
      answeredAt: this.#answeredAt,
      endedAt: this.#tools.now(),
      endedBy: this.#endedBy,
    };
  }

  async #invite(): Promise<Dialog> {
    const { target, transport, signal, parties } = this.#call;
    const uri =
      transport === undefined || /;transport=/i.test(target) ? target : `${target};transport=${transport}`;
    this.#emit({ type: 'inviting', target: uri });
    const { dialog, response } = await this.#tools.userAgent.invite({
      target: uri,
      from: `<${callerUri(parties[0]?.aor ?? '', this.#address)}>`,
      to: `<${target.replace(/;.*$/, '')}>`,
      contactParams: this.#form.contactParams ?? ';+sip.src',
      headers: { Require: 'siprec' },
      ...this.#body(),
      ...(signal && { signal }),
    });
    dialog.onBye = () => {
      this.#finish('recorder');
    };
    dialog.onRequest = (request) => {
      this.#answer(request);
    };
    dialog.onEnded = (reason) => {
      if (reason !== 'local-bye') this.#finish('recorder');
    };
    this.#answeredAt = this.#tools.now();
    this.#pacer = this.#tools.pacer();
    try {
      const streams = this.#aim(response.body);
      this.#emit({ type: 'answered', status: response.status, streams });
    } catch (error) {
      await dialog.bye();
      throw error;
    }
    return dialog;
  }

  /** Sends a packet of each line every 20 ms, with the hold where it is due. */
  async #sendAll(dialog: Dialog): Promise<void> {
    const total = Math.max(...this.#streams.map((stream) => stream.totalPackets));
    const holdAt = this.#call.hold === undefined ? -1 : Math.floor(this.#call.hold.afterMs / PACKET_MS);
    let elapsed = 0;
    for (let packet = 0; packet < total; packet += 1) {
      await this.#pacer.until(elapsed, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (packet === holdAt) {
        await this.#hold(dialog, this.#call.hold?.forMs ?? 0);
        if (this.#stop.signal.aborted) return;
        // The media clock runs on during a hold, so the silence has its true length in the recording.
        elapsed = Math.max(elapsed, Math.ceil(this.#pacer.elapsed() / PACKET_MS) * PACKET_MS);
      }
      await Promise.all(this.#streams.map((stream) => stream.sendNext(elapsed)));
      elapsed += PACKET_MS;
      if ((packet + 1) % 50 === 0 || packet + 1 === total) {
        this.#emit({ type: 'progress', sentMs: (packet + 1) * PACKET_MS, totalMs: total * PACKET_MS });
      }
    }
    await this.#pacer.until(elapsed, this.#stop.signal);
  }

  async #hold(dialog: Dialog, forMs: number): Promise<void> {
    await this.#reinvite(dialog, true);
    await this.#pacer.until(this.#pacer.elapsed() + forMs, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    await this.#reinvite(dialog, false);
    for (const stream of this.#streams) stream.markNext();
  }

  async #reinvite(dialog: Dialog, held: boolean): Promise<void> {
    this.#held = held;
    this.#version += 1;
    let response = await this.#requestInDialog(dialog);
    for (let count = 1; response?.status === GLARE && count < GLARE_TRIES; count += 1) {
      await this.#pacer.until(this.#pacer.elapsed() + GLARE_WAIT_MS, this.#stop.signal);
      response = await this.#requestInDialog(dialog);
    }
    if (response === undefined) return;
    if (response.status >= 300) {
      throw new HoldfastError(
        'unavailable',
        `The recorder refused to ${held ? 'hold' : 'resume'} the call with status ${response.status}; see its log for the reason.`,
      );
    }
    this.#aim(response.body);
    this.#emit({ type: held ? 'held' : 'resumed', atMs: Math.round(this.#pacer.elapsed()), by: 'client' });
  }

  /** Undefined when the call ended meanwhile: then there is nothing left to change. */
  async #requestInDialog(dialog: Dialog): Promise<SipResponse | undefined> {
    if (this.#stop.signal.aborted) return undefined;
    try {
      return await dialog.request('INVITE', this.#body());
    } catch (error) {
      if (this.#stop.signal.aborted) return undefined;
      throw error;
    }
  }

  /** A request of the recorder within the dialog: it may pause and resume lines, or ask for a metadata snapshot. */
  #answer(incoming: InDialogRequest): void {
    const { request } = incoming;
    const offer = /application\/sdp/i.test(request.headers.get('Content-Type') ?? '')
      ? request.body.toString()
      : '';
    if (request.method !== 'INVITE' && request.method !== 'UPDATE') {
      incoming.respond(200);
      return;
    }
    if (offer !== '') {
      for (const line of readStreams(parseSdp(offer))) {
        const stream = this.#lineOf(line);
        if (stream === undefined || stream.paused === line.held) continue;
        stream.paused = line.held;
        this.#emit({
          type: line.held ? 'held' : 'resumed',
          atMs: Math.round(this.#pacer.elapsed()),
          by: 'recorder',
        });
      }
    }
    this.#version += 1;
    incoming.respond(200, { contentType: 'application/sdp', body: Buffer.from(this.#sdp()) });
  }

  /** Takes the recorder's ports from its answer, by label, else by place. */
  #aim(body: Buffer): AnsweredStream[] {
    const lines = readStreams(readAnswer(body));
    const aimed = this.#streams.map((stream, index) => {
      const labelled = lines.find((line) => line.label === stream.label);
      const line = labelled ?? lines[index];
      const usable =
        line !== undefined && line.port !== 0 && line.formats.some((format) => format.payloadType === 0);
      const target = usable ? { address: line.address, port: line.port } : undefined;
      stream.aim(target, labelled !== undefined);
      stream.paused = line?.direction === 'inactive' && !this.#held;
      return { label: stream.label, target };
    });
    if (aimed.every((item) => item.target === undefined)) {
      throw new HoldfastError(
        'unsupported',
        'The recorder accepted the call but refused every media line, so nothing was sent; check which codecs it takes.',
      );
    }
    return aimed;
  }

  #lineOf(line: OfferedStream): ClientStream | undefined {
    return this.#streams.find((stream) => stream.label === line.label) ?? this.#streams[line.mLineIndex];
  }

  #sdp(): string {
    const lines = this.#streams.map((stream) => ({ label: stream.label, port: stream.port }));
    return buildClientSdp(lines, {
      address: this.#address,
      sessionId: this.#sdpSession,
      version: this.#version,
      direction: this.#held ? 'inactive' : 'sendonly',
    });
  }

  #body(): { contentType: string; body: Buffer } {
    const labels = this.#streams.map((stream) => stream.label);
    const startedAt = this.#answeredAt === 0 ? this.#tools.now() : this.#answeredAt;
    const metadata = callMetadata(this.#call.parties, labels, this.#ids, { startedAt, held: this.#held });
    return buildClientBody(this.#form, this.#sdp(), metadata);
  }

  #finish(by: CallReport['endedBy']): void {
    if (this.#stop.signal.aborted) return;
    this.#endedBy = by;
    this.#stop.abort();
  }

  #emit(event: CallEvent): void {
    this.#call.onEvent?.(event);
  }
}

function readAnswer(body: Buffer): ReturnType<typeof parseSdp> {
  try {
    return parseSdp(body.toString('utf8'));
  } catch (cause) {
    throw new HoldfastError(
      'unsupported',
      'The recorder accepted the call without a readable session description, so nothing could be sent to it.',
      { cause },
    );
  }
}

/** A source calls in the name of a party where that is a SIP address, else in its own. */
function callerUri(aor: string, address: string): string {
  if (/^sips?:[^\s<>]+$/i.test(aor)) return aor;
  const host = address.includes(':') ? `[${address}]` : address;
  return `sip:${/^(tel:)?(\+?[\d-]+)$/i.exec(aor)?.[2] ?? 'src'}@${host}`;
}

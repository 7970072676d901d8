import { randomBytes } from 'node:crypto';
import type { CallableThread } from '../../../recorder-core/capture/thread-calls.ts';
import { formatCrypto, makeSrtpKeys } from '../../../recorder-core/media/srtp/sdes.ts';
import type { SrtpKeys } from '../../../recorder-core/media/srtp/srtp-keys.ts';
import { parseSdp } from '../../../recorder-core/sip/sdp.ts';
import type { Dialog, UserAgent } from '../../../recorder-core/sip/user-agent.ts';
import { buildClientBody } from '../../../recorder-core/siprec/client/signalling/client-body.ts';
import { clientForm } from '../../../recorder-core/siprec/client/signalling/client-dialect.ts';
import { completeMetadata } from '../../../recorder-core/siprec/client/signalling/client-metadata.ts';
import { buildClientSdp } from '../../../recorder-core/siprec/client/signalling/client-sdp.ts';
import { clientCodec } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const LABELS = ['1', '2'] as const;
const LINE = { codec: clientCodec('pcmu'), ptimeMs: 20, direction: 'sendonly' } as const;
const PARTIES = [{ aor: 'sip:+442079460001@sbc.example' }, { aor: 'sip:+442079460002@sbc.example' }];

/** One two-party call: the INVITE that offers it, and its two streams in the sending thread. */
export class OfferedCall {
  readonly ports: readonly number[];
  readonly #media: CallableThread;
  readonly #keys: readonly SrtpKeys[];
  #dialog: Dialog | undefined;

  private constructor(media: CallableThread, ports: readonly number[], keys: readonly SrtpKeys[]) {
    this.#media = media;
    this.ports = ports;
    this.#keys = keys;
  }

  /** Opens the streams; nothing is sent yet. */
  static async open(media: CallableThread, secured: boolean): Promise<OfferedCall> {
    const keys = secured ? LABELS.map(() => makeSrtpKeys(SUITE, randomBytes)) : [];
    const ports = await Promise.all(LABELS.map((_label, i) => media.ask<number>('open', keys[i])));
    return new OfferedCall(media, ports, keys);
  }

  /** Places the call and aims the streams where the answer says; resolves with the milliseconds from INVITE to 200. */
  async place(userAgent: UserAgent, target: string): Promise<number> {
    const invite = {
      target,
      from: '<sip:+442079460001@127.0.0.1>',
      to: '<sip:recorder@127.0.0.1>',
      contactParams: ';+sip.src',
      headers: { Require: 'siprec' },
      ...buildClientBody(clientForm(), { sdp: this.#sdp(), metadata: metadata() }),
    };
    const startedAt = performance.now();
    const { dialog, response } = await userAgent.invite(invite);
    const setUpMs = performance.now() - startedAt;
    this.#dialog = dialog;
    await this.aim(parseSdp(response.body.toString('utf8')).media.map(({ port }) => port));
    return setUpMs;
  }

  /** Sends the streams to these ports. */
  async aim(targets: readonly number[]): Promise<void> {
    await Promise.all(this.ports.map((port, i) => this.#media.ask('aim', port, targets[i])));
  }

  /** Hangs up, where it was placed, and closes the streams. */
  async end(): Promise<void> {
    await this.#dialog?.bye();
    await Promise.all(this.ports.map((port) => this.#media.ask('close', port)));
  }

  #sdp(): string {
    const lines = this.ports.map((port, i) => {
      const keys = this.#keys[i];
      return { ...LINE, label: LABELS[i], port, ...(keys && { crypto: [cryptoLine(keys)] }) };
    });
    return buildClientSdp(lines, { address: '127.0.0.1', sessionId: '1', version: 1 });
  }
}

function metadata() {
  const newId = (): string => randomBytes(16).toString('base64');
  const now = Date.now();
  return completeMetadata({
    sessionId: newId(),
    groupId: newId(),
    sipSessionId: randomBytes(16).toString('hex'),
    startedAt: now,
    streams: LABELS.map((label) => ({ id: `stream-${label}`, label, held: false })),
    members: PARTIES.map((party, i) => ({
      ...party,
      id: newId(),
      streamId: `stream-${LABELS[i] ?? ''}`,
      joinedAt: now,
    })),
  });
}

function cryptoLine(keys: SrtpKeys): string {
  return formatCrypto({ tag: 1, suite: SUITE, spelling: SUITE, keys: [keys], parameters: [] });
}

import { randomBytes } from 'node:crypto';
import { parseSdp } from '../../../recorder-core/sip/sdp.ts';
import type { Dialog, InviteOptions, UserAgent } from '../../../recorder-core/sip/user-agent.ts';
import { formatCrypto, makeSrtpKeys } from '../../../recorder-core/media/srtp/sdes.ts';
import type { SrtpKeys } from '../../../recorder-core/media/srtp/srtp-keys.ts';
import {
  buildClientBody,
  callMetadata,
  clientForm,
} from '../../../recorder-core/siprec/client/client-body.ts';
import { GENERIC_DIALECT } from '../../../recorder-core/siprec/metadata-parser.ts';
import { RtpStream } from './rtp-sender.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const LABELS = ['1', '2'] as const;
const PARTIES = [{ aor: 'sip:+442079460001@sbc.example' }, { aor: 'sip:+442079460002@sbc.example' }];

/** The two streams of one two-party call, and the INVITE that offers them. */
export class OfferedCall {
  readonly streams: readonly RtpStream[];
  readonly #keys: readonly SrtpKeys[];
  #dialog: Dialog | undefined;

  private constructor(streams: readonly RtpStream[], keys: readonly SrtpKeys[]) {
    this.streams = streams;
    this.#keys = keys;
  }

  /** Opens the sockets; nothing is sent yet. */
  static async open(secured: boolean): Promise<OfferedCall> {
    const keys = secured ? LABELS.map(() => makeSrtpKeys(SUITE, randomBytes)) : [];
    const streams = await Promise.all(
      LABELS.map((_label, i) => RtpStream.open(randomBytes(4).readUInt32BE(), keys[i])),
    );
    return new OfferedCall(streams, keys);
  }

  /** Places the call and aims the streams where the answer says; resolves with the milliseconds from INVITE to 200. */
  async place(userAgent: UserAgent, target: string): Promise<number> {
    const invite = this.#invite(target);
    const startedAt = performance.now();
    const { dialog, response } = await userAgent.invite(invite);
    const setupMs = performance.now() - startedAt;
    this.#dialog = dialog;
    const { media } = parseSdp(response.body.toString('utf8'));
    await Promise.all(this.streams.map((stream, i) => stream.aim(media[i]?.port ?? 0)));
    return setupMs;
  }

  /** Hangs up, where it was placed, and closes the sockets. */
  async end(): Promise<void> {
    await this.#dialog?.bye();
    for (const stream of this.streams) stream.close();
  }

  #invite(target: string): InviteOptions {
    const id = (): string => randomBytes(16).toString('base64');
    const ids = {
      session: id(),
      group: id(),
      sipSessionId: randomBytes(16).toString('hex'),
      participants: LABELS.map(id),
      streams: LABELS.map(id),
    };
    const metadata = callMetadata(PARTIES, LABELS, ids, { startedAt: Date.now() });
    return {
      target,
      from: '<sip:+442079460001@127.0.0.1>',
      to: '<sip:recorder@127.0.0.1>',
      contactParams: ';+sip.src',
      headers: { Require: 'siprec' },
      ...buildClientBody(clientForm(GENERIC_DIALECT), this.#sdp(), metadata),
    };
  }

  #sdp(): string {
    const lines = this.streams.flatMap(({ port }, i) => {
      const keys = this.#keys[i];
      return [
        `m=audio ${port} ${keys === undefined ? 'RTP/AVP' : 'RTP/SAVP'} 0`,
        'a=rtpmap:0 PCMU/8000',
        `a=label:${LABELS[i] ?? ''}`,
        ...(keys === undefined ? [] : [`a=crypto:${cryptoLine(keys)}`]),
        'a=sendonly',
      ];
    });
    return ['v=0', 'o=src 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, ''].join(
      '\r\n',
    );
  }
}

function cryptoLine(keys: SrtpKeys): string {
  return formatCrypto({ tag: 1, suite: SUITE, spelling: SUITE, keys: [keys], parameters: [] });
}

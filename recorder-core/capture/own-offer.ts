/** What the recorder offers when the client leaves the offer to it (a delayed offer, RFC 3261 section 13.2.1). */
import { randomBytes } from 'node:crypto';
import { answerCrypto, chooseCrypto, formatCrypto, makeSrtpKeys } from '../media/srtp/sdes.ts';
import type { SrtpKeys, SrtpSuite } from '../media/srtp/srtp-keys.ts';
import { OWN_FORMATS, type OwnLine } from '../siprec/delayed-offer.ts';
import type { RecordingOffer } from '../siprec/offer.ts';
import { OfferRefused } from '../siprec/offer-refused.ts';
import type { OfferedStream } from '../siprec/offered-stream.ts';
import { recordingEvidence } from '../siprec/recording-session-evidence.ts';
import { RECORDING_WARNINGS } from '../siprec/warnings.ts';
import type { CallCapture } from './call-capture.ts';
import type { LineSecurity } from './line-security.ts';
import type { MediaPolicy } from './media-policy.ts';
import { codecsOf } from './recordable-lines.ts';

/** A call with more lines than this makes the offer itself. */
const MAX_LINES = 8;
/** What nearly every client has, after the best we know. */
const OWN_SUITES: readonly SrtpSuite[] = ['AEAD_AES_256_GCM', 'AES_CM_128_HMAC_SHA1_80'];

/** One line of our own offer, with the keys we would send under. */
interface OfferedLine {
  readonly label: string;
  readonly keys: readonly SrtpKeys[];
}

/** The recorder's own offer for one call, and what becomes of it. */
export class OwnOffer {
  readonly #lines: readonly OfferedLine[];
  readonly #policy: MediaPolicy;

  /**
   * As many lines as the metadata describes; else one for a phone's built-in bridge, which forks one end, and two otherwise.
   * @throws OfferRefused 488 where the lines need keys, and the signalling must not carry them.
   */
  constructor(offer: RecordingOffer, policy: MediaPolicy, overTls: boolean) {
    const exposed = policy.srtp === 'require' && policy.keysOverTlsOnly && !overTls;
    if (exposed) throw new OfferRefused(488, RECORDING_WARNINGS.keys_need_tls.text);
    const described = offer.metadata?.document?.metadata.streams.length ?? 0;
    const forked = recordingEvidence(offer.request).includes('contact-focus') ? 1 : 2;
    const count = Math.min(MAX_LINES, described > 0 ? described : forked);
    const suites = policy.srtp === 'require' ? OWN_SUITES : [];
    this.#policy = policy;
    this.#lines = Array.from({ length: count }, (_, index) => ({
      label: String(index + 1),
      keys: suites.map((suite) => makeSrtpKeys(suite, randomBytes)),
    }));
  }

  /** The lines as `readAnswer` wants to know them. */
  get proposed(): readonly { readonly label: string }[] {
    return this.#lines;
  }

  /** Opens a stream for each line, under the key that the session will know it by. */
  async open(capture: CallCapture): Promise<void> {
    await capture.openStreams(
      this.#lines.map(({ label, keys }) => ({
        key: keyOf(label),
        label,
        codecs: codecsOf({ formats: OWN_FORMATS }),
        digits: this.#policy.digits,
        held: false,
        ...(keys.length > 0 && { security: 'awaited' as const }),
      })),
    );
  }

  /** The lines for `buildOwnOffer`. */
  lines(capture: CallCapture, address: string): OwnLine[] {
    return this.#lines.map(({ label, keys }) => ({
      label,
      address,
      port: capture.portOf(keyOf(label)) ?? 0,
      crypto: keys.map((own, index) =>
        formatCrypto({ tag: index + 1, suite: own.suite, spelling: own.suite, keys: [own], parameters: [] }),
      ),
    }));
  }

  /** What the client's answer settles for a line; undefined where the offer asked for keys and it agreed on none. */
  settle(answered: OfferedStream): LineSecurity | undefined {
    const own = this.#lines.find(({ label }) => label === answered.proposedLabel)?.keys ?? [];
    if (own.length === 0) return { kind: 'plain' };
    const chosen = chooseCrypto(answered.crypto);
    const send = chosen && own[chosen.tag - 1];
    if (chosen === undefined || send?.suite !== chosen.suite) return undefined;
    return { kind: 'secured', crypto: answerCrypto(chosen, send), security: { receive: chosen.keys, send } };
  }

  /** The session's keys of the offered lines. */
  keys(): string[] {
    return this.#lines.map(({ label }) => keyOf(label));
  }
}

/** As `updateStreams` names a line with a label of its own. */
function keyOf(label: string): string {
  return `label=${label}`;
}

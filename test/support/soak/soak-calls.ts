import type { CallOptions, OfferForm } from '../../../recorder-core/siprec/client/call-options.ts';
import type { CallAct, CallStep } from '../../../recorder-core/siprec/client/scenario/call-step.ts';
import { syntheticTrack } from '../../../recorder-core/siprec/client/tracks/synthetic-track.ts';
import type { Track } from '../../../recorder-core/siprec/client/tracks/track.ts';
import type { RecorderNode } from '../recorder-node.ts';

/** How a call of the soak reaches the recorder. */
export type SoakTransport = 'udp' | 'tcp' | 'tls';

/** A call of the soak, and what must become of it. */
export interface SoakCall {
  /** What is odd about it, for the tally. */
  readonly kind: string;
  readonly transport: SoakTransport;
  readonly options: CallOptions;
  /** `whole`: recorded to the byte on each line. `some`: it changes in its course, and is recorded. `none`: never answered. */
  readonly outcome: 'whole' | 'some' | 'none';
}

const TRANSPORTS: readonly SoakTransport[] = ['udp', 'tcp', 'tls'];
const CODECS = ['pcmu', 'pcma', 'opus', 'g722', 'amr-wb', 'g729'] as const;
const OFFERS: readonly OfferForm[] = ['both', 'metadata-first', 'metadata-later', 'sdp', 'delayed'];
const DIALECTS = ['oracle', 'avaya', 'audiocodes', 'metaswitch', 'broadworks'] as const;

/** Mixes calls as a site has them: most are short and plain, some of everything, a few long; the same random gives the same. */
export class SoakCalls {
  readonly #random: () => number;
  readonly #node: RecorderNode;

  constructor(node: RecorderNode, random: () => number) {
    this.#node = node;
    this.#random = random;
  }

  next(): SoakCall {
    const transport = this.#pick(TRANSPORTS);
    const kind = this.#pick(KINDS);
    const durationMs = this.#lengthOf(kind);
    const track = this.#track(durationMs);
    const base: CallOptions = {
      target: `sip:recorder@127.0.0.1:${transport === 'tls' ? this.#node.tlsPort : this.#node.sipPort}`,
      transport,
      parties: [
        { aor: 'sip:+442079460001@sbc.example', name: 'One', audio: track },
        { aor: 'sip:+442079460002@sbc.example', name: 'Two', audio: this.#track(durationMs) },
      ],
      ...(this.#random() < 0.3 && { srtp: 'AES_CM_128_HMAC_SHA1_80' }),
      rtcpIntervalMs: 1_000,
    };
    return { kind, transport, ...this.#vary(kind, base, durationMs) };
  }

  #vary(kind: Kind, base: CallOptions, durationMs: number): Pick<SoakCall, 'options' | 'outcome'> {
    const third = { aor: 'sip:+442079460003@sbc.example', name: 'Three', audio: this.#track(durationMs / 2) };
    const some = (change: Partial<CallOptions>) => ({
      options: { ...base, ...change },
      outcome: 'some' as const,
    });
    const at = (share: number, act: CallAct): CallStep => ({
      ...act,
      atMs: Math.round(durationMs * share),
    });
    switch (kind) {
      case 'hold':
        return some({ hold: { afterMs: durationMs / 3, forMs: 300 } });
      case 'join':
        return some({
          steps: [at(0.3, { do: 'join', party: third }), at(0.7, { do: 'leave', member: 2 })],
        });
      case 'conference line':
        return some({ steps: [at(0.3, { do: 'join', party: third, onLineOf: 1 })] });
      case 'transfer':
        return some({ steps: [at(0.5, { do: 'transfer', member: 1, to: third, newPorts: true })] });
      case 'moved ports':
        return some({
          steps: [at(0.3, { do: 'ports' }), at(0.6, { do: 'ssrc', member: 0 })],
        });
      case 'metadata alone':
        return some({
          steps: [
            at(0.3, { do: 'metadata', mode: 'partial' }),
            at(0.6, { do: 'metadata', mode: 'complete', by: 'INVITE' }),
          ],
        });
      case 'offer form':
        return this.#inForm(base);
      case 'dialect':
        return some({ dialect: this.#pick(DIALECTS) });
      case 'bad network':
        return some({
          impairments: { seed: 1, lossPercent: 3, reorderPercent: 2, duplicatePercent: 1, jitterMs: 15 },
        });
      case 'cancelled':
        return {
          options: { ...base, signal: AbortSignal.timeout(Math.floor(this.#random() * 12)) },
          outcome: 'none',
        };
      default:
        return { options: base, outcome: 'whole' };
    }
  }

  /** The offer that a client leaves to the recorder has no keys, unless a policy asks for them. */
  #inForm(base: CallOptions): Pick<SoakCall, 'options' | 'outcome'> {
    const offer = this.#pick(OFFERS);
    return { options: { ...(offer === 'delayed' ? withoutKeys(base) : base), offer }, outcome: 'some' };
  }

  #lengthOf(kind: Kind): number {
    if (kind === 'long') return 20_000 + Math.floor(this.#random() * 20_000);
    if (kind === 'short') return 100 + Math.floor(this.#random() * 900);
    return 1_000 + Math.floor(this.#random() * 4_000);
  }

  #track(durationMs: number): Track {
    return syntheticTrack(this.#pick(CODECS), {
      durationMs: Math.max(20, durationMs),
      seed: Math.floor(this.#random() * 2 ** 30),
    });
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }
}

function withoutKeys(options: CallOptions): CallOptions {
  const plain: { -readonly [Name in keyof CallOptions]: CallOptions[Name] } = { ...options };
  delete plain.srtp;
  return plain;
}

/** One entry for each hundredth or so of the calls. */
const KINDS = [
  ...(Array.from({ length: 9 }, () => 'short') as 'short'[]),
  ...(Array.from({ length: 6 }, () => 'plain') as 'plain'[]),
  'long',
  'hold',
  'hold',
  'join',
  'conference line',
  'transfer',
  'moved ports',
  'metadata alone',
  'offer form',
  'offer form',
  'dialect',
  'dialect',
  'bad network',
  'cancelled',
  'cancelled',
] as const;
type Kind = (typeof KINDS)[number];

import { isDeepStrictEqual } from 'node:util';
import { parseClockSignalling } from '../media/clock-signalling.ts';
import type { LocalStream } from '../siprec/local-stream.ts';
import type { SessionChanges } from '../siprec/recording-session.ts';
import { lineLabel, type SessionStream } from '../siprec/session-streams.ts';
import { warning, type RecordingWarning } from '../siprec/warnings.ts';
import type { CallCapture, StreamSpec } from './call-capture.ts';
import { secureLine, type LineSecurity } from './line-security.ts';
import type { MediaPolicy } from './media-policy.ts';
import type { OwnOffer } from './own-offer.ts';
import { codecsOf, expectedSource, isRecordable } from './recordable-lines.ts';

export interface CallLinesOptions {
  readonly capture: CallCapture;
  readonly policy: MediaPolicy;
  /** Address that goes into our SDP. */
  readonly mediaAddress: string;
  /** The signalling came over TLS. */
  readonly overTls: boolean;
  /** Nothing of the line will be stored, whoever agrees: the client may as well not send it. */
  leftOut?(key: string): boolean;
  /** For tests; MAX_PARTS otherwise. */
  readonly maxParts?: number;
}

/**
 * Parts of one recording, after which no line is opened any more: each costs rows, an entry in the ledger and a file in
 * every bundle. Lines that the recorder opens anew after a fault of its own count, and are never refused.
 */
const MAX_PARTS = 10_000;

/** Keeps the captured streams of a call in step with the media lines of its session. */
export class CallLines {
  readonly #options: CallLinesOptions;
  /** How each line was last answered, by the session's key of it. */
  readonly #security = new Map<string, LineSecurity>();

  constructor(options: CallLinesOptions) {
    this.#options = options;
  }

  /**
   * Opens what is new and rekeys what is secured otherwise, before the answer goes out: the client may send under its new
   * keys as soon as it has it. Answers a warning for each line that was refused.
   */
  async follow(streams: readonly SessionStream[]): Promise<RecordingWarning[]> {
    const { capture, policy, overTls, maxParts = MAX_PARTS } = this.#options;
    const warnings: RecordingWarning[] = [];
    const fresh: StreamSpec[] = [];
    for (const stream of streams) {
      if (!isRecordable(stream)) {
        warnings.push(warning('media_not_recorded', stream.offered.label));
        continue;
      }
      const before = capture.specOf(stream.key)?.security;
      const current = before === 'awaited' ? undefined : before;
      const known = capture.portOf(stream.key) !== undefined;
      if (!known && capture.partCount + fresh.length >= maxParts) {
        warnings.push(warning('too_many_parts', stream.offered.label));
        continue;
      }
      const decided = secureLine(stream.offered, policy, overTls, current);
      this.#security.set(stream.key, decided);
      if (decided.kind === 'refused') {
        warnings.push(warning(decided.why, stream.offered.label));
        await capture.closeStream(stream.key);
      } else if (!known) fresh.push(this.#specOf(stream, decided));
      else if (decided.kind === 'plain') {
        if (before !== undefined) capture.update(stream.key, { security: null });
      } else if (!isDeepStrictEqual(decided.security, before)) {
        capture.update(stream.key, { security: decided.security });
      }
    }
    await capture.openStreams(fresh);
    return warnings;
  }

  /** The lines as the recorder answers or offers them; those that are not captured are left out. */
  local(streams: readonly SessionStream[]): LocalStream[] {
    const { capture, mediaAddress } = this.#options;
    return streams.flatMap(({ key, offered }) => {
      const port = capture.portOf(key);
      if (port === undefined) return [];
      const security = this.#security.get(key);
      return [
        {
          mLineIndex: offered.mLineIndex,
          address: mediaAddress,
          port,
          ...(offered.rtcpMux && { rtcpPort: port }),
          ...(this.isInactive(key) && { paused: true }),
          ...(security?.kind === 'secured' && { crypto: security.crypto }),
        },
      ];
    });
  }

  /** True for a line that the client is asked not to send: the recorder paused, or the line is left out. */
  isInactive(key: string): boolean {
    const { capture, leftOut } = this.#options;
    return capture.paused || leftOut?.(key) === true;
  }

  /**
   * Takes the client's answer to our own offer: keys for the lines it secures, and an end of those it left out. A line
   * that had to be secured and is not stays closed to everything that comes.
   */
  async settle(own: OwnOffer, streams: readonly SessionStream[]): Promise<void> {
    const { capture, policy } = this.#options;
    const taken = new Map(streams.map((stream) => [stream.key, stream]));
    for (const key of own.keys()) {
      const stream = taken.get(key);
      const settled = stream && own.settle(stream.offered);
      if (stream === undefined || settled === undefined) {
        await capture.closeStream(key);
        continue;
      }
      this.#security.set(key, settled);
      capture.update(key, {
        codecs: codecsOf(stream.offered),
        held: stream.offered.held,
        expected: expectedSource(stream, policy) ?? null,
        ...(settled.kind === 'secured' && { security: settled.security }),
      });
    }
  }

  /** Tells the captured streams what the session has learned of them. */
  async apply(changes: SessionChanges): Promise<void> {
    const { capture, policy } = this.#options;
    for (const { stream, changes: kinds } of changes.streamsChanged) {
      capture.update(stream.key, {
        renegotiated: true,
        ...(kinds.includes('hold') && { held: true }),
        ...(kinds.includes('resume') && { held: false }),
        ...(kinds.includes('formats') && { codecs: codecsOf(stream.offered) }),
        ...(kinds.includes('address') && { expected: expectedSource(stream, policy) ?? null }),
      });
    }
    for (const stream of changes.streamsRemoved) await capture.closeStream(stream.key);
  }

  #specOf(stream: SessionStream, decided: LineSecurity): StreamSpec {
    const { key, offered } = stream;
    const { policy } = this.#options;
    const expected = expectedSource(stream, policy);
    const clock = parseClockSignalling(offered.refClock ?? '', offered.mediaClock ?? '');
    return {
      key,
      label: lineLabel(key),
      codecs: codecsOf(offered),
      digits: policy.digits,
      held: offered.held,
      ...(decided.kind === 'secured' && { security: decided.security }),
      ...(expected && { expected }),
      ...(clock && { clock }),
    };
  }
}

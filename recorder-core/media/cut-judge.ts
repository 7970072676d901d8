import { payloadDuration } from './codec.ts';
import { pressOf, type CutFinder } from './find-cut.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { PayloadTypes } from './payload-types.ts';
import { RtpView } from './rtp-view.ts';

/** What becomes of a packet: stays as it is; only its place stays; goes wholly, because it never had a place. */
export type CutVerdict = 'kept' | 'cut' | 'removed';

/** Gives the verdict on each packet, asked in stored order, by what a whole reading of the log has found. */
export class CutJudge {
  readonly #found: CutFinder;
  readonly #view = new RtpView();
  #types = new PayloadTypes([]);
  #record = -1;

  constructor(found: CutFinder) {
    this.#found = found;
  }

  /** Ask of every entry; all but `rtp` are kept. */
  judge(entry: LogEntry): CutVerdict {
    if (entry.kind === 'header') this.#types = new PayloadTypes(entry.header.codecs);
    if (entry.kind === 'event' && entry.event.type === 'codecs')
      this.#types = new PayloadTypes(entry.event.codecs);
    if (entry.kind === 'cut') this.#record += 1;
    if (entry.kind !== 'rtp') return 'kept';
    this.#record += 1;
    const { placed, cut, presses } = this.#found;
    if (cut.has(this.#record)) return 'cut';
    if (placed.has(this.#record)) return 'kept';
    const view = this.#view;
    const near = this.#found.near(entry.atMicros);
    if (!view.read(entry.bytes)) return near ? 'removed' : 'kept';
    if (this.#types.of(view.payloadType).role === 'telephone-event')
      return presses.has(pressOf(view)) ? 'cut' : 'kept';
    return near ? 'cut' : 'kept';
  }

  /** How long a packet plays, as far as its payload says; all that what stays of it tells beside its header. */
  playedUnits(bytes: Buffer): number | undefined {
    const view = this.#view;
    if (!view.read(bytes)) return undefined;
    const { codec } = this.#types.of(view.payloadType);
    return payloadDuration(codec, bytes.subarray(view.payloadAt, view.payloadEnd));
  }
}

/**
 * A packet log without a span of time: what was said there is gone, and all the rest is byte for byte what it was and stands
 * where it stood. In the place of a packet that is cut out stay its arrival, its RTP header and how long it played, so that
 * no later packet moves. Read the log twice: once to find what goes, once to write what stays.
 */
import { createHash, type Hash } from 'node:crypto';
import { CutJudge } from './cut-judge.ts';
import { CutFinder, type CutOptions, type TimeSpan } from './find-cut.ts';
import {
  CUT_LOG_VERSION,
  encodeCutRecord,
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodeRtcpRecord,
} from './packet-log.ts';
import { readPacketLog, type LogEntry } from './packet-log-reader.ts';

/** What a cut took and what it left. JSON-able. */
export interface CutTally {
  /** How many packets are gone. */
  readonly packets: number;
  readonly kept: CutRemainder;
}

/**
 * The records that were carried over, in their order and as they stood in the log that was cut, without its header and without
 * places that cuts have left: how many, and their SHA-256 in hexadecimal. Whoever has the new log can work it out.
 */
export interface CutRemainder {
  readonly records: number;
  readonly sha256: string;
}

/** Finds what goes. Reads the log once; memory grows with the span, and by a bit for each packet. Fails as `readPacketLog`. */
export async function findCut(
  log: AsyncIterable<Buffer>,
  span: TimeSpan,
  options: CutOptions,
): Promise<CutFinder> {
  const finder = new CutFinder(span, options);
  for await (const entry of readPacketLog(log)) finder.push(entry);
  return finder;
}

/** Writes a log without what was found in it; the tally is complete once the bytes have ended. */
export class CutLog {
  readonly #judge: CutJudge;
  readonly #kept: Hash = createHash('sha256');
  #packets = 0;
  #records = 0;

  constructor(found: CutFinder) {
    this.#judge = new CutJudge(found);
  }

  /** The bytes of the new log, made as the one that is cut is read. Fails as `readPacketLog`. */
  async *bytes(log: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const entry of readPacketLog(log)) {
      const verdict = this.#judge.judge(entry);
      if (entry.kind === 'header') yield encodeLogHeader({ ...entry.header, version: CUT_LOG_VERSION });
      else if (entry.kind === 'cut') yield encodeCutRecord(entry.atMicros, entry.bytes, entry.units);
      else if (verdict === 'kept') {
        const record = encodeAgain(entry);
        if (record === undefined) continue;
        this.#kept.update(record);
        this.#records += 1;
        yield record;
      } else yield* this.#cut(entry, verdict);
    }
  }

  /** Ask once, after the bytes have ended. */
  finish(): CutTally {
    return {
      packets: this.#packets,
      kept: { records: this.#records, sha256: this.#kept.digest('hex') },
    };
  }

  *#cut(entry: LogEntry, verdict: 'cut' | 'removed'): Generator<Buffer, void, undefined> {
    if (entry.kind !== 'rtp') return;
    this.#packets += 1;
    if (verdict === 'cut')
      yield encodeCutRecord(entry.atMicros, entry.bytes, this.#judge.playedUnits(entry.bytes));
  }
}

/** The record of an entry as it stood in the log; undefined for the end, which is none. */
function encodeAgain(entry: LogEntry): Buffer | undefined {
  switch (entry.kind) {
    case 'rtp':
      return encodePacketRecord(entry.atMicros, entry.bytes);
    case 'rtcp':
      return encodeRtcpRecord(entry.atMicros, entry.bytes);
    case 'event':
      return encodeEventRecord(entry.atMicros, entry.event);
    default:
      return undefined;
  }
}

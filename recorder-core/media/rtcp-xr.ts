/** RTCP extended reports (RFC 3611): the VoIP metrics that telephones and gateways send about what they hear. */

/** A VoIP metrics block (RFC 3611 section 4.7). Values the reporter has not got are left out. */
export interface VoipMetrics {
  /** The source it is about. */
  readonly ssrc: number;
  /** Shares since reception began, 0 to 1. */
  readonly lossRate: number;
  readonly discardRate: number;
  readonly burstDensity: number;
  readonly gapDensity: number;
  /** In milliseconds. */
  readonly burstMs: number;
  readonly gapMs: number;
  readonly roundTripMs: number;
  readonly endSystemMs: number;
  /** In dBm0. */
  readonly signalLevel: number | undefined;
  readonly noiseLevel: number | undefined;
  readonly rFactor: number | undefined;
  /** 1 to 5. */
  readonly mosLq: number | undefined;
  readonly mosCq: number | undefined;
}

/** One extended report. Blocks of other kinds (receiver reference time, DLRR, loss maps, ...) are passed over. */
export interface ExtendedReport {
  readonly kind: 'extended-report';
  readonly ssrc: number;
  readonly voipMetrics: readonly VoipMetrics[];
}

const VOIP_METRICS = 7;
/** Header of a block, then 32 bytes of it. */
const VOIP_METRICS_BYTES = 36;
const UNAVAILABLE = 127;

/** Reads one XR packet, header included. `undefined` when it is cut short; a broken block ends the reading. */
export function parseExtendedReport(part: Buffer): ExtendedReport | undefined {
  if (part.length < 8) return undefined;
  const voipMetrics: VoipMetrics[] = [];
  let at = 8;
  while (at + 4 <= part.length) {
    const end = at + 4 + 4 * part.readUInt16BE(at + 2);
    if (end > part.length) break;
    if (part.readUInt8(at) === VOIP_METRICS && end - at === VOIP_METRICS_BYTES) {
      voipMetrics.push(parseVoipMetrics(part.subarray(at, end)));
    }
    at = end;
  }
  return { kind: 'extended-report', ssrc: part.readUInt32BE(4), voipMetrics };
}

function parseVoipMetrics(block: Buffer): VoipMetrics {
  const share = (at: number): number => block.readUInt8(at) / 256;
  const level = (at: number): number | undefined => available(block.readInt8(at));
  const mos = (at: number): number | undefined => {
    const tenths = available(block.readUInt8(at));
    return tenths === undefined ? undefined : tenths / 10;
  };
  return {
    ssrc: block.readUInt32BE(4),
    lossRate: share(8),
    discardRate: share(9),
    burstDensity: share(10),
    gapDensity: share(11),
    burstMs: block.readUInt16BE(12),
    gapMs: block.readUInt16BE(14),
    roundTripMs: block.readUInt16BE(16),
    endSystemMs: block.readUInt16BE(18),
    signalLevel: level(20),
    noiseLevel: level(21),
    rFactor: available(block.readUInt8(24)),
    mosLq: mos(26),
    mosCq: mos(27),
  };
}

function available(value: number): number | undefined {
  return value === UNAVAILABLE ? undefined : value;
}

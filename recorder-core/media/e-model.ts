/**
 * Listening quality by the E-model: narrowband ITU-T G.107, wideband G.107.1.
 *
 * Narrowband: R = 93.2 - Ie,eff with Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl) (G.107 clauses 7.1 and 7.5; all
 * other parameters at their defaults, for which Ro - Is is 93.2). Wideband: R = 129 - Ie,eff,wb with the same 95 and no
 * burst term (G.107.1 clause 7.5), and R / 1.29 before the MOS polynomial (Annex A). The two scales must not be mixed:
 * every figure says which one it is on. A recorder hears one direction and knows no delay, so there is no delay term:
 * the figure is MOS-LQ, never conversational quality.
 *
 * Values are the planning values of G.113: Appendix I (narrowband) and Appendix IV (wideband, listening with both ears,
 * Tables IV.3 and IV.4; G.722 from IV.1). Where it publishes none, there is no figure: Opus, EVS, most AMR modes, and
 * loss on a codec without Bpl. Two AMR modes are the bit-exact codecs GSM-EFR and IS-641 and take their values.
 */

export type QualityScale = 'narrowband' | 'wideband';

/** A quality statement. JSON-able. */
export interface ListeningQuality {
  readonly scale: QualityScale;
  /** 0 to 93.2 narrowband, 0 to 129 wideband. */
  readonly rFactor: number;
  /** 1 to 4.5. */
  readonly mosLq: number;
}

interface Impairment {
  readonly scale: QualityScale;
  readonly ie: number;
  /** Robustness against packet loss; absent where none is published. */
  readonly bpl?: number;
}

const narrow = (ie: number, bpl?: number): Impairment => ({
  scale: 'narrowband',
  ie,
  ...(bpl === undefined ? {} : { bpl }),
});
const wide = (ie: number, bpl?: number): Impairment => ({ ...narrow(ie, bpl), scale: 'wideband' });

/** G.711 as it is rendered: without loss concealment. With it (G.711 Appendix I) Bpl would be 25.1. */
const G711 = narrow(0, 4.3);

/** By encoding name in capitals; codecs with modes by name, slash and frame type (RFC 4867 section 4.3.2). */
const IMPAIRMENTS: Readonly<Record<string, Impairment>> = {
  PCMU: G711,
  PCMA: G711,
  'G726-40': narrow(2),
  'G726-32': narrow(7),
  'G726-24': narrow(25),
  'G726-16': narrow(50),
  G728: narrow(7),
  G729: narrow(11, 19),
  G723: narrow(15, 16.1),
  GSM: narrow(20),
  'GSM-EFR': narrow(5, 10),
  'AMR/7': narrow(5, 10),
  'AMR/4': narrow(10),
  G722: wide(13),
  'AMR-WB/0': wide(56),
  'AMR-WB/1': wide(41),
  'AMR-WB/2': wide(20, 4.3),
  'AMR-WB/4': wide(17),
  'AMR-WB/7': wide(8, 4.6),
  'AMR-WB/8': wide(10, 4.9),
};

const BEST = { narrowband: 93.2, wideband: 129 } as const;

/**
 * Quality of a codec (see `qualityKey` for its name) at this loss, or `undefined` where no values are published.
 * `lossPercent` is 0 to 100; `burstRatio` 1 for random loss, more for bursts.
 */
export function listeningQuality(
  key: string,
  lossPercent: number,
  burstRatio: number,
): ListeningQuality | undefined {
  const codec = IMPAIRMENTS[key.toUpperCase()];
  if (codec === undefined) return undefined;
  const { scale, ie, bpl } = codec;
  if (lossPercent > 0 && bpl === undefined) return undefined;
  const burst = scale === 'narrowband' ? Math.max(1, burstRatio) : 1;
  const fromLoss = lossPercent > 0 ? ((95 - ie) * lossPercent) / (lossPercent / burst + (bpl ?? 0)) : 0;
  const rFactor = Math.max(0, BEST[scale] - ie - fromLoss);
  return { scale, rFactor, mosLq: mosOf(scale === 'narrowband' ? rFactor : rFactor / 1.29) };
}

/** Mean opinion score of an R factor on the narrowband scale (ITU-T G.107 Annex B). */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

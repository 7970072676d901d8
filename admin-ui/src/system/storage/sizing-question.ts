import type { RecentTraffic, SizingQuery } from '../../../../hub/api/schemas/storage.ts';

/** The codecs that the calculation knows. */
export const CODECS = ['PCMU', 'PCMA', 'G722', 'G726-32', 'G729', 'opus', 'AMR', 'AMR-WB'] as const;

type Numbers =
  | 'callsPerDay'
  | 'meanSeconds'
  | 'retentionDays'
  | 'copies'
  | 'streams'
  | 'busyHourShare'
  | 'callsPerCore'
  | 'spoolHours';

/** What stands in the fields. */
export type Filled = Readonly<Record<Numbers | 'codec', string>>;

const USUAL = {
  callsPerDay: 1_000,
  meanSeconds: 180,
  retentionDays: 365,
  copies: 1,
  streams: 2,
  busyHourShare: 0.17,
  callsPerCore: 300,
  spoolHours: 24,
} as const satisfies Record<Numbers, number>;

/** The tenant's own traffic where there was any, and usual figures for all else. Pure. */
export function firstQuestion(traffic: RecentTraffic | null): Filled {
  const own: Partial<Record<Numbers, number | null>> =
    traffic === null || traffic.recordings === 0 ? {} : traffic;
  const of = (name: Numbers, digits = 0) => String(rounded(own[name] ?? USUAL[name], digits));
  const codec = CODECS.find((known) => known.toLowerCase() === traffic?.codec?.toLowerCase());
  return {
    callsPerDay: of('callsPerDay', 1),
    meanSeconds: of('meanSeconds', 1),
    retentionDays: of('retentionDays'),
    copies: of('copies'),
    streams: of('streams', 1),
    busyHourShare: of('busyHourShare', 2),
    callsPerCore: of('callsPerCore'),
    spoolHours: of('spoolHours'),
    codec: codec ?? 'PCMU',
  };
}

/** The question, or undefined while a field holds no number above 0; both the point and the comma part decimals. Pure. */
export function questionOf(filled: Filled): SizingQuery | undefined {
  const { codec, ...texts } = filled;
  const numbers = Object.entries(texts).map(
    ([name, text]) => [name, Number(text.trim().replace(',', '.'))] as const,
  );
  if (numbers.some(([name, value]) => !(value > 0 || (name === 'spoolHours' && value === 0))))
    return undefined;
  return { ...Object.fromEntries(numbers), codec } as SizingQuery;
}

/** Never 0 where there was something: 0 is no traffic to plan for. */
function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.max(1 / factor, Math.round(value * factor) / factor);
}

/** What the list of deliveries is narrowed to; stands in the address, so that it can be shared. */
export interface DeliveriesSearch {
  readonly connectionId?: string;
  readonly state?: (typeof STATES)[number];
  readonly lane?: (typeof LANES)[number];
  readonly fingerprint?: string;
  /** A recording, or what else a delivery is about. */
  readonly subjectId?: string;
  /** Days, such as `2026-11-27`; the last one is within. */
  readonly from?: string;
  readonly to?: string;
  /** When a run began: its deliveries. */
  readonly attemptedAt?: string;
  readonly cursor?: string;
}

/** What the list of runs is narrowed to. */
export interface RunsSearch {
  readonly connectionId?: string;
  readonly failed?: 'true';
  readonly subjectId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
}

/** Every state, in the order of a delivery's life. */
export const STATES = ['queued', 'leased', 'dead', 'done', 'rejected', 'superseded', 'discarded'] as const;
export const LANES = ['live', 'backfill', 'replay'] as const;

/** Reads the address of the deliveries; what is not understood is left out. */
export function parseDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  const state = STATES.find((one) => one === raw['state']);
  const lane = LANES.find((one) => one === raw['lane']);
  return {
    ...textsOf(raw, ['connectionId', 'fingerprint', 'cursor', 'attemptedAt']),
    ...idOf(raw),
    ...daysOf(raw),
    ...(state === undefined ? {} : { state }),
    ...(lane === undefined ? {} : { lane }),
  };
}

/** Reads the address of the runs. */
export function parseRunsSearch(raw: Record<string, unknown>): RunsSearch {
  return {
    ...textsOf(raw, ['connectionId', 'before']),
    ...idOf(raw),
    ...daysOf(raw),
    ...(raw['failed'] === 'true' ? { failed: 'true' as const } : {}),
  };
}

/** The instants between which the days of the reader lie. */
export function instantsOf(days: Pick<DeliveriesSearch, 'from' | 'to'>): {
  from?: string;
  until?: string;
} {
  const from = dayBegins(days.from, 0);
  const until = dayBegins(days.to, 1);
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

function dayBegins(day: string | undefined, later: number): string | undefined {
  const [year, month, date] = (day ?? '').split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}

function textsOf(raw: Record<string, unknown>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (typeof raw[name] === 'string' && raw[name] !== '' ? [[name, raw[name]]] : [])),
  );
}

function idOf(raw: Record<string, unknown>): { subjectId?: string } {
  const id = String(raw['subjectId'] ?? '')
    .trim()
    .toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? { subjectId: id } : {};
}

function daysOf(raw: Record<string, unknown>): { from?: string; to?: string } {
  const known = ['from', 'to'].filter((name) => {
    const day = raw[name];
    return typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  });
  return Object.fromEntries(known.map((name) => [name, raw[name] as string]));
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a process measures of the connections it uses. Labels are closed sets: connectors and outcomes. */
export interface ConnectionMetrics {
  readonly connectionWaitSeconds: Histogram<'connector'>;
  readonly connectionTokens: Counter<'connector' | 'outcome'>;
  /** Set once a minute, from what stands in the database. */
  readonly connectionTokenAgeSeconds: Gauge<'connector'>;
  readonly connectionTokensMissing: Gauge<'connector'>;
  readonly connectionBreakersOpen: Gauge<'connector'>;
}

/** Makes the metrics of connections in a registry. */
export function openConnectionMetrics(registry: Registry): ConnectionMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames: ['connector'], registers });
  return {
    connectionWaitSeconds: new Histogram({
      name: 'holdfast_connection_wait_seconds',
      help: "Time that requests to connected systems waited for their connection's budget.",
      labelNames: ['connector'],
      buckets: [0.001, 0.05, 0.2, 1, 3, 10],
      registers,
    }),
    connectionTokens: new Counter({
      name: 'holdfast_connection_tokens_total',
      help: 'Requests for tokens of connections by outcome.',
      labelNames: ['connector', 'outcome'],
      registers,
    }),
    connectionTokenAgeSeconds: gauge(
      'connection_token_age_seconds',
      'Age of the oldest token that a connection uses.',
    ),
    connectionTokensMissing: gauge(
      'connection_tokens_missing',
      'Connections whose token was refused, or that need the consent of a person.',
    ),
    connectionBreakersOpen: gauge(
      'connection_breakers_open',
      'Connections whose breaker is open or lets one request try.',
    ),
  };
}

/** How one connection stands with the other side. */
export interface StandingFigures {
  readonly connector: string;
  readonly breaker: string;
  readonly token: string;
  readonly tokenObtainedAt: Date | null;
}

/** Sets the gauges of connections from how every one of them stands; a connector that none is left of goes to zero. */
export function setConnectionGauges(
  metrics: ConnectionMetrics,
  connections: readonly StandingFigures[],
  now: Date,
): void {
  const gauges = [
    metrics.connectionTokenAgeSeconds,
    metrics.connectionTokensMissing,
    metrics.connectionBreakersOpen,
  ];
  for (const one of gauges) one.reset();
  for (const [connector, all] of Map.groupBy(connections, (one) => one.connector)) {
    const ages = all.map(({ tokenObtainedAt: at }) =>
      at === null ? 0 : Math.max(0, now.getTime() - at.getTime()) / 1000,
    );
    const missing = all.filter(({ token }) => token === 'refused' || token === 'needs-consent');
    metrics.connectionTokenAgeSeconds.set({ connector }, Math.max(...ages));
    metrics.connectionTokensMissing.set({ connector }, missing.length);
    metrics.connectionBreakersOpen.set(
      { connector },
      all.filter(({ breaker }) => breaker !== 'closed').length,
    );
  }
}

import { Gauge, type Registry } from 'prom-client';

/** How deliveries stand, by connector; set once a minute. */
export interface DeliveryMetrics {
  readonly deliveriesQueued: Gauge<'connector'>;
  readonly deliveriesDead: Gauge<'connector'>;
  readonly deliveryLagSeconds: Gauge<'connector'>;
}

/** Makes the gauges of deliveries. */
export function openDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames: ['connector'], registers: [registry] });
  return {
    deliveriesQueued: gauge('deliveries_queued', 'Deliveries that wait, by connector.'),
    deliveriesDead: gauge('deliveries_dead', 'Deliveries that failed for good and wait for a person.'),
    deliveryLagSeconds: gauge('delivery_lag_seconds', 'For how long the oldest delivery has waited.'),
  };
}

/** How one connection is delivered to. */
export interface DeliveryFigures {
  readonly connector: string;
  readonly queued: number;
  readonly dead: number;
  readonly oldestQueuedAt: string | null;
}

/** Sets the gauges of deliveries from how every connection stands: sums by connector, and the longest lag. */
export function setDeliveryGauges(
  metrics: DeliveryMetrics,
  connections: readonly DeliveryFigures[],
  now: Date,
): void {
  for (const [connector, all] of Map.groupBy(connections, (one) => one.connector)) {
    const waits = all.map(({ oldestQueuedAt }) =>
      oldestQueuedAt === null ? 0 : Math.max(0, now.getTime() - Date.parse(oldestQueuedAt)) / 1000,
    );
    metrics.deliveriesQueued.set({ connector }, sum(all.map(({ queued }) => queued)));
    metrics.deliveriesDead.set({ connector }, sum(all.map(({ dead }) => dead)));
    metrics.deliveryLagSeconds.set({ connector }, Math.max(...waits));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

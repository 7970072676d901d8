import type { DeliveryState, LifecycleStage, LifecycleStatus } from './messages.ts';

/** The state of one lifecycle, and all that its query tells. Pure; the workflow moves it. */
export class LifecycleState {
  #stage: LifecycleStage = 'storing';
  #enriched = false;
  #retainUntil: string | null = null;
  readonly #deliveries = new Map<string, DeliveryState>();

  enter(stage: LifecycleStage): void {
    this.#stage = stage;
  }

  derivedPartsMade(): void {
    this.#enriched = true;
  }

  queued(connectionIds: readonly string[]): void {
    for (const id of connectionIds) this.#deliveries.set(id, 'queued');
  }

  owes(connectionIds: readonly string[]): void {
    for (const id of connectionIds) this.#deliveries.set(id, 'pending');
  }

  delivered(connectionId: string, outcome: DeliveryState): void {
    this.#deliveries.set(connectionId, outcome);
  }

  retained(until: string | null): void {
    this.#retainUntil = until;
  }

  /** True when no connection is waited for any more. */
  get allSettled(): boolean {
    return [...this.#deliveries.values()].every((state) => state !== 'pending');
  }

  get status(): LifecycleStatus {
    return {
      stage: this.#stage,
      enriched: this.#enriched,
      deliveries: Object.fromEntries(this.#deliveries),
      retainUntil: this.#retainUntil,
    };
  }
}

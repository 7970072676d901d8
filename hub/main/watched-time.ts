/**
 * For how long somebody who looks at all tenants again and again has been able to. The first failure at a tenant may be the
 * database's, so it counts for all; one that fails turn after turn counts for itself alone, so that its fault hides no other's silence.
 */
export class WatchedTime {
  readonly #now: () => number;
  #all: number;
  readonly #own = new Map<string, number>();
  readonly #failing = new Set<string>();

  /** @param now a clock that never goes back, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.#all = now();
  }

  /** A look at a tenant failed, or at any where none is named. */
  failed(tenantId?: string): void {
    const at = this.#now();
    if (tenantId === undefined || !this.#failing.has(tenantId)) this.#all = at;
    if (tenantId === undefined) return;
    this.#own.set(tenantId, at);
    this.#failing.add(tenantId);
  }

  /** A look at a tenant went well. */
  looked(tenantId: string): void {
    this.#failing.delete(tenantId);
  }

  /** For how long a tenant has been looked at without a failure, in milliseconds. */
  ofTenant(tenantId: string): number {
    return this.#now() - Math.max(this.#all, this.#own.get(tenantId) ?? 0);
  }
}

/** Settles one call at a time while the next is sent. */
export interface SettleBehind {
  /** Begins to settle once what came before is settled. Rejects where that failed, after this has been tried too. */
  add(settle: () => Promise<void>): Promise<void>;
  /** Resolves once everything is settled; rejects where the last of it could not be. */
  end(): Promise<void>;
}

/** At most one call is being settled, so that answers do not pile up before a database that is slow. */
export function settleBehind(): SettleBehind {
  let last = Promise.resolve();
  return {
    async add(settle) {
      const before = last;
      await before.catch(() => undefined);
      last = settle();
      last.catch(() => undefined); // whoever waits for the end is told
      if ((await Promise.allSettled([before]))[0].status === 'fulfilled') return;
      await last.catch(() => undefined);
      await before;
    },
    end: () => last,
  };
}

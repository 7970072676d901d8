/** What so many writers did in one round, all at once, each transaction committed before the writer's next. */
export interface WrittenRound {
  readonly transactions: number;
  readonly seconds: number;
  /** Of each transaction, from asking for a connection to the answer of its commit. */
  readonly latenciesMs: readonly number[];
}

/** Runs `work` over and over, by so many writers, for a while. */
export async function runWriters(
  writers: number,
  ms: number,
  work: (writer: number) => Promise<void>,
): Promise<WrittenRound> {
  const startedAt = performance.now();
  const until = startedAt + ms;
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let at = performance.now(); at < until;) {
        await work(writer);
        const now = performance.now();
        latenciesMs.push(now - at);
        at = now;
      }
    }),
  );
  return { transactions: latenciesMs.length, seconds: (performance.now() - startedAt) / 1000, latenciesMs };
}

const FIRST_WORD_MS = 2_000;
const NEXT_WORD_MS = 10_000;

/** Runs a step; one that takes longer than two seconds says so with the time so far, and every step its end. */
export async function step(title, work) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  let timer = setTimeout(function again() {
    process.stdout.write(`  … ${title}: ${seconds()} so far\n`);
    timer = setTimeout(again, NEXT_WORD_MS);
  }, FIRST_WORD_MS);
  try {
    const result = await work();
    process.stdout.write(`  ✓ ${title} (${seconds()})\n`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

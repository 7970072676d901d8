import { readiness, type Readiness } from '../api/schemas/session.ts';
import { until } from '../processes/process-control.ts';

/** A machine that is busy with other things starts slowly; roles that end meanwhile are reported as they do. */
const PATIENCE_MS = 180_000;
const ASKED_FOR_MS = 5_000;

/**
 * Waits until the hub at this address is ready, which includes recorder and worker.
 * @throws HoldfastError `timeout`, with what the hub said last of each part that is not ready.
 */
export async function untilReady(console: string, patienceMs = PATIENCE_MS): Promise<void> {
  const url = new URL('/readyz', console);
  let last: Readiness | undefined;
  const isReady = async (): Promise<boolean> => {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASKED_FOR_MS) }).catch(() => undefined);
    last = readiness.safeParse(await response?.json().catch(() => undefined)).data;
    return response?.ok === true;
  };
  await until(isReady, patienceMs, () => `recorder, hub and worker to be ready. ${missingIn(last)}`, 100);
}

/** Waits until something answers HTTP at this address, whatever it says. @throws HoldfastError `timeout`. */
export async function untilAnswered(address: string, what: string, patienceMs = PATIENCE_MS): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(address, { signal: AbortSignal.timeout(ASKED_FOR_MS) }).then(
      () => true,
      () => false,
    );
  await until(answers, patienceMs, `${what} to answer. Its log in the data folder says more`, 100);
}

function missingIn(state: Readiness | undefined): string {
  const missing = state?.checks.filter(({ ok, vital }) => !ok && vital !== false) ?? [];
  const said =
    state === undefined
      ? 'The hub does not answer.'
      : missing.map(({ name, detail }) => `${name}: ${detail}`).join(' ');
  return `${said} Their logs in the data folder say more`;
}

import type { Caller } from '../access/caller.ts';
import type { Question } from '../access/decide.ts';
import { isStillAllowed } from '../access/is-still-allowed.ts';
import type { Services } from './services.ts';

/** How often it is asked whether somebody may still have what flows to them: an end is felt within this and one question. */
const ASKED_EVERY_MS = 400;
/** A database that does not answer for so long ends it: nobody knows any more whether it is allowed. */
const PATIENCE_MS = 5_000;

/**
 * Asks again and again whether the policies still allow what flows to a caller, and calls `onEnd` the first time that they do not:
 * so a stream ends within a second of the end of its session or grant, of the leave of its person, of another role, another
 * classification, or a published policy that forbids it. Answers what stops the asking.
 */
export function watchSession(
  services: Pick<Services, 'db' | 'now'>,
  caller: Caller,
  question: Question,
  onEnd: () => void,
): () => void {
  let stopped = false;
  let heardAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (stopped) return;
    stop();
    onEnd();
  };
  const ask = async (): Promise<void> => {
    const allowed = await isStillAllowed(services.db, caller, question, services.now()).catch(
      () => undefined, // asked again; in the end its patience is over
    );
    if (allowed === false) end();
    if (allowed === true) heardAt = performance.now();
    if (!stopped) timer = setTimeout(() => void ask(), ASKED_EVERY_MS).unref();
  };
  // A question that is never answered must not keep it flowing either.
  const guard = setInterval(() => {
    if (performance.now() - heardAt > PATIENCE_MS) end();
  }, PATIENCE_MS / 5).unref();
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
    clearInterval(guard);
  };
  timer = setTimeout(() => void ask(), ASKED_EVERY_MS).unref();
  return stop;
}

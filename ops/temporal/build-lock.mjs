import { open, rm, stat, utimes } from 'node:fs/promises';

const TOUCH_MS = 2_000;
/** A holder touches its lock every two seconds; one that has not for this long was killed. */
const STALE_MS = 20_000;

/**
 * Takes the lock file, or answers undefined while another live process holds it.
 * A stale lock is taken over. Two takers of one stale lock may, rarely, both
 * win: that costs a second build and harms nothing, because builds write to
 * folders of their own and are put in place by renaming.
 */
export async function tryLock(path) {
  if (await isStale(path)) await rm(path, { force: true });
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  }
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined); // the folder may have been cleared under a running build
  }, TOUCH_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await rm(path, { force: true });
    },
  };
}

async function isStale(path) {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

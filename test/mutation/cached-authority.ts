/** Time-stamp authorities made once for all mutants: making keys takes longer than most tests. */
import { makeTimeStampAuthority as make } from '../support/time-stamp-authority.ts';

const made = new Map<string, ReturnType<typeof make>>();
process.on('exit', () => {
  for (const authority of made.values()) authority.close();
});

/** As the real one; the folder goes when the process does. A second one of the same options is another authority. */
export function makeTimeStampAuthority(options: Parameters<typeof make>[0] = {}): ReturnType<typeof make> {
  const uses = (counts.get(JSON.stringify(options)) ?? 0) + 1;
  counts.set(JSON.stringify(options), uses);
  const key = `${JSON.stringify(options)} ${uses}`;
  const authority = made.get(key) ?? make(options);
  made.set(key, authority);
  return { ...authority, close: () => undefined };
}

const counts = new Map<string, number>();

/** Called before each run of tests, so that it gets the same authorities as the one before. */
export function beginRun(): void {
  counts.clear();
}

export type { AuthorityOptions, TimeStampAuthority } from '../support/time-stamp-authority.ts';

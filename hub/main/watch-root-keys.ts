import { cacheKeys, type CachingKeyProvider } from '../../recorder-core/vault/caching-key-provider.ts';
import type { OpenProvider } from '../../recorder-core/vault/providers/open-provider.ts';
import { watchKeys } from '../../recorder-core/vault/watched-key-provider.ts';
import type { Config } from '../config/settings.ts';
import { repeatWork } from '../live/repeated-work.ts';
import { noteRefusals, type RefusalNotes } from './key-refusals.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Between two looks at the root of trust; also what keeps the token of a key service alive. */
const LOOK_MS = 15_000;

/** The root of trust of a role at work. */
export interface RootKeys {
  /** What it unwrapped is kept for a while; what it refuses is noted. */
  readonly keys: CachingKeyProvider;
  close(): Promise<void>;
}

/** Looks after an opened root: its health every few seconds, its refusals, and what it unwrapped. */
export function watchRootKeys(
  { provider, close }: OpenProvider,
  config: Pick<Config, 'keyProvider' | 'keyCacheSeconds'>,
  notes: RefusalNotes & { readonly metrics: Pick<Metrics, 'keyProviderUp'> },
): RootKeys {
  if (config.keyProvider === 'local')
    notes.log.warn('the root keys are in a file, which is for development only; see docs/keys.md');
  const watched = watchKeys(provider, {
    onRefusal: noteRefusals(notes),
    onHealth: ({ ok }) => {
      notes.metrics.keyProviderUp.set(ok ? 1 : 0);
    },
    healthHoldsMs: LOOK_MS / 3,
  });
  const looking = repeatWork(
    LOOK_MS,
    async () => void (await watched.health()),
    () => undefined, // told by the watch
  );
  const keys = cacheKeys(watched, { ttlMs: config.keyCacheSeconds * 1000 });
  return {
    keys,
    async close() {
      await looking.stop();
      keys.evict();
      close();
    },
  };
}

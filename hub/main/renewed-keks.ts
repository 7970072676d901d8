import { openKekSource, type KekSource } from '../../recorder-core/capture/kek-source.ts';
import { repeatWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';

/** Between two looks at which root key is current. */
const RENEW_MS = 10_000;

/** A source of keys that moves to a new root key by itself, soon after a rotation. */
export interface RenewedKeks {
  readonly keks: KekSource;
  stop(): Promise<void>;
}

export function openRenewedKeks({
  keys,
  newId,
  log,
}: Pick<Resources, 'keys' | 'newId' | 'log'>): RenewedKeks {
  const keks = openKekSource(keys, newId);
  const renewing = repeatWork(
    RENEW_MS,
    () => keks.renew(new Date()),
    (error) => {
      log.warn({ error }, 'it is not known whether the root key was rotated');
    },
  );
  return { keks, stop: () => renewing.stop() };
}

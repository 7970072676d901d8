export interface BuildLock {
  release(): Promise<void>;
}

/** Takes the lock file, or answers undefined while another live process holds it. */
export function tryLock(path: string): Promise<BuildLock | undefined>;

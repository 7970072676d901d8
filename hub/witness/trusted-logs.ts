import { readFile, stat } from 'node:fs/promises';
import {
  keysOfLog,
  keysValidAt,
  parseTrustFile,
  type TrustFile,
} from '../../recorder-core/ledger/trust-file.ts';
import type { PinnedKeys } from '../../recorder-core/ledger/judge-checkpoint.ts';

/** The logs a witness serves, from a trust file that may be replaced while it runs. */
export class TrustedLogs {
  readonly #path: string;
  readonly #onFault: (error: unknown) => void;
  #trust: TrustFile;
  #read: string;

  private constructor(path: string, trust: TrustFile, read: string, onFault: (error: unknown) => void) {
    this.#path = path;
    this.#trust = trust;
    this.#read = read;
    this.#onFault = onFault;
  }

  /** @throws invalid_input for a file that is no trust file, and the file system's errors. */
  static async open(path: string, onFault: (error: unknown) => void): Promise<TrustedLogs> {
    const version = await versionOf(path);
    return new TrustedLogs(path, parseTrustFile(await readFile(path, 'utf8')), version, onFault);
  }

  /** Reads the file again where it was replaced; one that cannot be used is told and the one before stays in force. */
  async refresh(): Promise<void> {
    try {
      const version = await versionOf(this.#path);
      if (version === this.#read) return;
      this.#read = version;
      this.#trust = parseTrustFile(await readFile(this.#path, 'utf8'));
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** Pinned keys of logs that may sign at `now`. */
  pinnedAt(now: Date): PinnedKeys {
    const trust = this.#trust;
    return (origin) => (keysOfLog(trust, origin).length === 0 ? undefined : keysValidAt(trust, origin, now));
  }
}

async function versionOf(path: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(path);
  return `${ino} ${mtimeMs} ${size}`;
}

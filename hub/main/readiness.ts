import { statfs } from 'node:fs/promises';
import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Readiness } from '../api/schemas/session.ts';

/** One thing that must work; throws, or answers a sentence about how it stands. */
export interface ReadinessCheck {
  readonly name: string;
  /** The role does its work without it for a while: its failure degrades and makes nothing unready. */
  readonly dispensable?: true;
  run(): Promise<string>;
}

/** Name of the check that fails while a recorder is full or draining, which is no fault. */
export const TAKING_CHECK = 'calls';
/** A check may take this long; one that hangs is one that fails. */
const LIMIT_MS = 2_000;

/** Asks everything at once and tells the truth about each. */
export async function checkReadiness(version: string, checks: readonly ReadinessCheck[]): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ name, run, dispensable }) => {
      const vital = dispensable !== true;
      try {
        return { name, ok: true, vital, detail: await withLimit(run()) };
      } catch (error) {
        return {
          name,
          ok: false,
          vital,
          detail: error instanceof Error ? error.message : 'It failed without a reason.',
        };
      }
    }),
  );
  return {
    ready: results.every(({ ok, vital }) => ok || !vital),
    degraded: results.some(({ ok }) => !ok),
    version,
    checks: results,
  };
}

function withLimit(work: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer within ${LIMIT_MS / 1000} s.`));
    }, LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => {
    clearTimeout(timer);
  });
}

/** Fails when less than `minimumBytes` are free where a folder lies. */
export function diskCheck(name: string, folder: string, minimumBytes: number): ReadinessCheck {
  return {
    name,
    async run() {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const megabytes = Math.floor(free / 1_048_576);
      if (free < minimumBytes) throw new Error(`Only ${megabytes} MB are free; free some space.`);
      return `${megabytes} MB are free.`;
    },
  };
}

/** Fails while a recorder refuses new calls, so that whoever asks sends them elsewhere. */
export function takingCheck(state: () => 'taking' | 'full' | 'draining'): ReadinessCheck {
  return {
    name: TAKING_CHECK,
    run() {
      const now = state();
      if (now === 'taking') return Promise.resolve('New calls are taken.');
      return Promise.reject(
        new Error(
          now === 'full'
            ? 'As many calls are in progress as this recorder takes.'
            : 'It drains: calls in progress go on, new ones are refused.',
        ),
      );
    },
  };
}

/** Fails when PostgreSQL does not answer. */
export function databaseCheck(db: Database): ReadinessCheck {
  return {
    name: 'database',
    async run() {
      await db.ping();
      return 'PostgreSQL answers.';
    },
  };
}

/** Fails when the root of trust cannot wrap and unwrap. */
export function keysCheck(keys: KeyProvider): ReadinessCheck {
  return {
    name: 'keys',
    async run() {
      const { ok, message } = await keys.health();
      if (!ok) throw new Error(message);
      return message;
    },
  };
}

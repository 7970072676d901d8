import type pg from 'pg';

/** How long a change waits at most for being told, besides its own transaction. */
const EVERY_MS = 200;

/**
 * Passes on what transactions noted as changed to every process that listens (`migrations/0069-changes-passed-on.sql`), a few
 * times a second, until it is closed. Any number of processes may do so: the database lets one at a time. What cannot be passed
 * on stays noted; `onFault` hears of it once until it works again.
 */
export function passOnChanges({
  pool,
  onFault,
}: {
  readonly pool: pg.Pool;
  readonly onFault: (error: unknown) => void;
}): { close(): void } {
  let closed = false;
  let faulty = false;
  let timer: NodeJS.Timeout | undefined;
  const pass = async (): Promise<void> => {
    try {
      await pool.query('select pass_on_changes()');
      faulty = false;
    } catch (error) {
      if (!faulty && !closed) onFault(error);
      faulty = true;
    }
    if (!closed) timer = setTimeout(() => void pass(), EVERY_MS).unref();
  };
  void pass();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

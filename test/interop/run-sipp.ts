import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../hub/processes/free-port.ts';

const SCENARIOS = join(import.meta.dirname, 'scenarios');
const FINAL_SECONDS = 25;
const SAID = 'said.log';

/** How to run one scenario. */
export interface SippRun {
  /** Path of the program. */
  readonly sipp: string;
  /** File of the folder `scenarios`, without `.xml`. */
  readonly scenario: string;
  /** File of the folder `scenarios`, without `.txt`, that stands where the scenario says @OFFER@. */
  readonly offer?: string;
  readonly transport: 'udp' | 'tcp';
  /** Port of the recorder on 127.0.0.1. */
  readonly port: number;
  /** Folder in which sipp runs: it finds audio there and leaves its logs. */
  readonly folder: string;
  /** Values of the scenario's own [keywords]. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** A sipp process placing one call. */
export interface RunningSipp {
  /** Resolves with the first group of `pattern` once a `log` action matched it; rejects when sipp ended without. */
  logged(pattern: RegExp): Promise<string>;
  /** Resolves when sipp ended with success; rejects with what it saw on the wire when the scenario did not come true. */
  readonly succeeded: Promise<void>;
}

/** Starts sipp on a scenario, for one call, on the loopback only. */
export async function runSipp(run: SippRun): Promise<RunningSipp> {
  const xml = await readFile(join(SCENARIOS, `${run.scenario}.xml`), 'utf8');
  const offer = run.offer === undefined ? '' : await readFile(join(SCENARIOS, `${run.offer}.txt`), 'utf8');
  await writeFile(join(run.folder, 'scenario.xml'), xml.replaceAll('@OFFER@', offer.trimEnd()));
  const child = spawn(run.sipp, await argumentsOf(run), { cwd: run.folder, stdio: 'ignore' });
  const ended = new AbortController();
  const succeeded = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  })
    .finally(() => {
      ended.abort();
    })
    .then(async (code) => {
      if (code !== 0) throw await explain(run, `sipp ended with ${code}`);
    });
  succeeded.catch(() => undefined); // whoever awaits it gets it, which may be a while after the end
  return { logged: (pattern) => waitForLog(run, pattern, ended.signal), succeeded };
}

async function argumentsOf({ port, transport, keys = {} }: SippRun): Promise<string[]> {
  return [
    `127.0.0.1:${port}`,
    ...['-sf', 'scenario.xml', '-m', '1', '-s', 'recorder', '-nostdin', '-skip_rlimit'],
    ...['-t', transport === 'tcp' ? 't1' : 'u1'],
    ...['-i', '127.0.0.1', '-mi', '127.0.0.1', '-ci', '127.0.0.1', '-p', String(await freePort())],
    ...['-timeout', `${FINAL_SECONDS}s`, '-timeout_error'],
    ...['-trace_err', '-error_file', 'errors.log', '-trace_msg', '-message_file', 'messages.log'],
    ...['-trace_logs', '-log_file', SAID],
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
  ];
}

async function waitForLog(run: SippRun, pattern: RegExp, ended: AbortSignal): Promise<string> {
  const watcher = watch(run.folder); // watches from here on; that of fs/promises would begin later
  try {
    while (!ended.aborted) {
      const changed = once(watcher, 'change', { signal: ended }).catch(() => undefined);
      const found = pattern.exec(await readLog(run, SAID))?.[1];
      if (found !== undefined) return found;
      await changed;
    }
  } finally {
    watcher.close();
  }
  throw await explain(run, `sipp ended without logging ${pattern.source}`);
}

function readLog(run: SippRun, name: string): Promise<string> {
  return readFile(join(run.folder, name), 'utf8').catch(() => '');
}

async function explain(run: SippRun, what: string): Promise<Error> {
  const wire = `${await readLog(run, 'errors.log')}\n${await readLog(run, 'messages.log')}`;
  return new Error(`The scenario ${run.scenario} over ${run.transport} did not come true: ${what}.\n${wire}`);
}

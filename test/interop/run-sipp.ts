import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../hub/main/free-port.ts';

const SCENARIOS = join(import.meta.dirname, 'scenarios');
const FINAL_SECONDS = 25;

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
  /** Resolves with the first group of `pattern` once sipp has printed a line that matches; rejects when it ended without. */
  says(pattern: RegExp): Promise<string>;
  /** Resolves when sipp ended with success; rejects with what it saw on the wire when the scenario did not come true. */
  readonly succeeded: Promise<void>;
}

/** Starts sipp on a scenario, for one call, on the loopback only. */
export async function runSipp(run: SippRun): Promise<RunningSipp> {
  const xml = await readFile(join(SCENARIOS, `${run.scenario}.xml`), 'utf8');
  const offer = run.offer === undefined ? '' : await readFile(join(SCENARIOS, `${run.offer}.txt`), 'utf8');
  await writeFile(join(run.folder, 'scenario.xml'), xml.replaceAll('@OFFER@', offer.trimEnd()));
  const child = spawn(run.sipp, await argumentsOf(run), {
    cwd: run.folder,
    stdio: ['ignore', 'ignore', 'pipe'], // its screen is of no use here; errors and warnings come on stderr
  });
  let said = '';
  let changed = (): void => undefined;
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
    changed();
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code);
    });
  });
  const succeeded = exit.then(async (code) => {
    if (code !== 0) throw await explain(run, said);
  });
  succeeded.catch(() => undefined); // reported to whoever awaits it, be it after the second line was sent
  return {
    says: async (pattern) => {
      const heard = new Promise<string>((resolve) => {
        changed = () => {
          const found = pattern.exec(said)?.[1];
          if (found !== undefined) resolve(found);
        };
        changed();
      });
      const ended = exit.then(async () => Promise.reject(await explain(run, said)));
      return Promise.race([heard, ended]);
    },
    succeeded,
  };
}

async function argumentsOf({ port, transport, keys = {} }: SippRun): Promise<string[]> {
  return [
    `127.0.0.1:${port}`,
    ...['-sf', 'scenario.xml', '-m', '1', '-s', 'recorder', '-nostdin', '-skip_rlimit'],
    ...['-t', transport === 'tcp' ? 't1' : 'u1'],
    ...['-i', '127.0.0.1', '-mi', '127.0.0.1', '-ci', '127.0.0.1', '-p', String(await freePort())],
    ...['-timeout', `${FINAL_SECONDS}s`, '-timeout_error'],
    ...['-trace_err', '-error_file', 'errors.log', '-trace_msg', '-message_file', 'messages.log'],
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
  ];
}

async function explain(run: SippRun, said: string): Promise<Error> {
  const read = (name: string): Promise<string> => readFile(join(run.folder, name), 'utf8').catch(() => '');
  const [errors, messages] = [await read('errors.log'), await read('messages.log')];
  return new Error(
    `The scenario ${run.scenario} over ${run.transport} did not come true.\n${said}\n${errors}\n${messages}`,
  );
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchFigures } from './bench.ts';
import { authorization } from './authorize.ts';
import { consent } from './consent.ts';
import { consoleBench } from './console.ts';
import { holds } from './holds.ts';
import { ledger } from './ledger.ts';
import { lifecycle } from './lifecycle.ts';
import { delivery } from './delivery.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { recorder } from './recorder.ts';
import { sweep } from './sweep.ts';
import { endCleanly } from './stop-on-signal.ts';
import { srtp } from './srtp.ts';
import { vault } from './vault.ts';
import { verify } from './verify.ts';

const BENCHES: readonly Bench[] = [
  vault,
  srtp,
  consent,
  ledger,
  verify,
  authorization,
  lifecycle,
  delivery,
  recorder,
  consoleBench,
];
/** Parts of `lifecycle`, to be named where one of them alone is wanted. */
const PARTS: readonly Bench[] = [sweep, holds];

const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

type Result = { readonly name: string } & (BenchFigures | { readonly failed: string });

/** Runs the named benches, or all, one after the other; one that fails is in the document with its reason. */
async function main(names: readonly string[]): Promise<void> {
  const all = [...BENCHES, ...PARTS];
  const unknown = names.filter((name) => !all.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    report(`There is no bench ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const chosen = names.length === 0 ? BENCHES : all.filter(({ name }) => names.includes(name));
  const date = new Date().toISOString();
  const results: Result[] = [];
  for (const bench of chosen) results.push(await runOne(bench));
  const document = {
    date,
    machine: describeMachine(),
    noise:
      'Figures are medians of rounds measured in turns with their baseline. Load averages beside each result say how ' +
      'much else the machine was doing; compare ratios of one run rather than figures of two.',
    results,
  };
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  // A bench run alone ends with its few figures on a line of their own, for scripts.
  const [result] = results;
  const summary =
    results.length === 1 && result !== undefined && 'summary' in result ? result.summary : undefined;
  if (summary !== undefined) process.stdout.write(`${JSON.stringify(summary)}\n`);
}

async function runOne(bench: Bench): Promise<Result> {
  report(`${bench.name} …`);
  const folder = await mkdtemp(join(tmpdir(), `holdfast-bench-${bench.name}-`));
  const ended = endCleanly(folder);
  const startedAt = performance.now();
  const loadBefore = describeLoad();
  try {
    const figures = await bench.run({ folder, report: (line) => report(`  ${line}`) });
    return { name: bench.name, ...figures, ...timesOf(startedAt, loadBefore) };
  } catch (error) {
    process.exitCode = 1;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name: bench.name, failed: reason, ...timesOf(startedAt, loadBefore) };
  } finally {
    ended();
    await rm(folder, { recursive: true, force: true });
  }
}

function timesOf(startedAt: number, loadBefore: readonly number[]): object {
  return {
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    load: { before: loadBefore, after: describeLoad() },
  };
}

await main(process.argv.slice(2));

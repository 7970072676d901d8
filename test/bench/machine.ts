import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where the figures come from; they mean nothing without it. */
export function describeMachine() {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
  };
}

/** Load averages over 1, 5 and 15 minutes: above the number of cores, other work shared the machine. */
export function describeLoad(): number[] {
  return loadavg().map((load) => Math.round(load * 100) / 100);
}

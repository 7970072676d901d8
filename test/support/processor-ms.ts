/**
 * Milliseconds of processor time that this process spent on a piece of synchronous work, its collector and compiler included. For tests that
 * something is linear: what else the machine does shows in the time of day and not here.
 */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

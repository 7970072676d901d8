import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { startBenchPostgres, type BenchPostgres } from './bench-postgres.ts';
import { measureCallMemory } from './recorder/call-memory.ts';
import { measureSetUp } from './recorder/call-set-up.ts';
import {
  findCarriedCalls,
  type CarriedCalls,
  type CarriedStep,
  type Parties,
} from './recorder/carried-calls.ts';
import { startChild, type Child } from './recorder/child.ts';
import { startRecorderUnderTest } from './recorder/recorder-under-test.ts';
import { quantile } from './rounds.ts';

const PLAIN_STEPS = [200, 400, 600, 800, 1000, 1200];
const SRTP_STEPS = [150, 300, 450, 600, 750, 900];

/** The recorder role as production runs it: calls it carries, plain and with SRTP, memory of a call, time to set one up. */
export const recorder: Bench = {
  name: 'recorder',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const onOwn = <T>(measure: (parties: Parties) => Promise<T>): Promise<T> =>
      withParties(folder, postgres, measure);
    try {
      const setUp = await onOwn(measureSetUp);
      report(`set-up at ${setUp.callsPerSecond}/s: p50 ${setUp.p50Ms} ms, p99 ${setUp.p99Ms} ms`);
      const memory = await onOwn(measureCallMemory);
      report(`a call: ${memory.residentBytes} bytes resident, ${memory.heapBytes} in V8`);
      const tell = (step: CarriedStep): void => {
        report(describe(step));
      };
      const plain = await onOwn((parties) =>
        findCarriedCalls(parties, { steps: PLAIN_STEPS, secured: false }, tell),
      );
      const srtp = await onOwn((parties) =>
        findCarriedCalls(parties, { steps: SRTP_STEPS, secured: true }, tell),
      );
      return {
        what: 'Processor time of the recorder for each packet of the most two-party G.711 calls that it carried',
        unit: 'microseconds',
        baseline: 'a process that receives and counts the same packets on the same number of sockets',
        comparison: plain.comparison,
        details: { setUp, memory, plain, srtp },
        notes: NOTES,
        summary: summaryOf(plain, srtp, memory.residentBytes, setUp.p99Ms),
      };
    } finally {
      await postgres.stop();
    }
  },
};

const NOTES = [
  'Calls of two 20 ms G.711 streams over UDP and the loopback, from another process on the same machine: each packet is checked, counted, encrypted and written to the spool, and the quality of each call is watched. A network card adds interrupt work.',
  'Processor time is that of the whole recorder process: SIP, media, sealing, the threads of libuv and V8. callsPerCore is the largest step in which every packet was stored and no thread was over 95 % of a core, divided by the cores that the process used where it used more than one; it is never extrapolated. callsAtPlannedShare is computed from the time of a packet.',
  'Both ratios are medians over the seconds of the largest step that was carried; the bare receiver is measured just before the recorder, with the same sockets sending.',
  'SRTP is AES_CM_128_HMAC_SHA1_80.',
];

/** Runs with a recorder that has seen nothing yet, a caller and the bare receiver, each in a process of its own. */
async function withParties<T>(
  folder: string,
  postgres: BenchPostgres,
  measure: (parties: Parties) => Promise<T>,
): Promise<T> {
  const running: Child[] = [];
  const started = <C extends Child>(child: C): C => {
    running.push(child);
    return child;
  };
  try {
    const own = await mkdtemp(join(folder, 'recorder-'));
    const recorder = await startRecorderUnderTest(own, postgres);
    started(recorder.process);
    const sender = started(await startChild('./sender-process.ts'));
    const counter = started(await startChild('./counting-process.ts'));
    return await measure({ recorder, sender, counter });
  } finally {
    for (const child of running.reverse()) await child.stop();
  }
}

function summaryOf(plain: CarriedCalls, srtp: CarriedCalls, bytesPerCall: number, setupP99Ms: number) {
  return {
    callsPerCore: plain.callsPerCore,
    srtpCallsPerCore: srtp.callsPerCore,
    lostPackets: plain.lostPackets + srtp.lostPackets,
    cpuRatio: plain.comparison.ratio,
    srtpCpuRatio: srtp.comparison.ratio,
    bytesPerCall,
    setupP99Ms,
  };
}

function describe({ calls, carried, lost, recorder, bare, cpuRatio, sealing }: CarriedStep): string {
  const micros = (of: readonly number[]): number => quantile(of, 0.5);
  return (
    `${calls} calls ${carried ? 'carried' : 'not carried'}: ${recorder.processPercent} % of a core ` +
    `(busiest thread ${recorder.threadPercent} %), ${micros(recorder.microsPerPacket)} µs a packet, ` +
    `bare ${micros(bare.microsPerPacket)}, ratio ${cpuRatio}; lost ${lost} of ${recorder.sent} ` +
    `(sender ${recorder.worstDelayMs} ms late); sealed in ${sealing.seconds} s`
  );
}

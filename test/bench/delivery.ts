import { Runtime } from '@temporalio/worker';
import type { RecordingDocument } from '../../connectors/kit/record.ts';
import type { Bench, BenchContext, BenchFigures } from './bench.ts';
import { deliveryLimits } from '../../hub/connections/send-batch.ts';
import { MANY_ROWS, runAsOwner, startBenchPostgres } from './bench-postgres.ts';
import { startBenchTemporal } from './bench-temporal.ts';
import { cpuOf, type HubCpu } from './delivery/cpu-seconds.ts';
import type { DeliveryPeer, DeliveryVendor } from './delivery/delivery-peer.ts';
import { recordsOfHub } from './delivery/records-of-hub.ts';
import { elasticsearchVendor } from './delivery/elasticsearch.ts';
import { salesforceVendor } from './delivery/salesforce.ts';
import { servicenowVendor } from './delivery/servicenow.ts';
import { snowflakeVendor } from './delivery/snowflake.ts';
import {
  startHubUnderTest,
  type HubDatabase,
  type HubUnderTest,
} from '../support/deliveries/hub-under-test.ts';
import { addRecordings, loading } from './lifecycle/many-recordings.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { compare, quantile, rounded, type Comparison } from './rounds.ts';

/** Recordings, and so the longest queue. Fewer with HOLDFAST_BENCH_ROWS. */
const ROWS = Number(process.env['HOLDFAST_BENCH_ROWS'] ?? 1_000_000);
/** Enough for some seconds of work, in which beginning and end weigh little. */
const RECORDS_PER_ROUND = Math.min(ROWS, 50_000);
/** Lengths of the queue at which the worker's memory is looked at, the shortest first; from 100,000 recordings on. */
const QUEUES = ROWS < 100_000 ? [] : [...new Set([10_000, 100_000, ROWS])];
const ROUNDS = 3;
/** At the pace that a vendor documents everything takes its time: fewer records, fewer rounds. */
const PACED_RECORDS = Math.min(ROWS, 10_000);
const PACED_ROUNDS = 2;
/** How long the worker works on the long queue while its memory is looked at. */
const WINDOW_MS = 20_000;

/** A vendor is one line here and one file beside the others. */
const VENDORS: readonly DeliveryVendor[] = [
  elasticsearchVendor,
  salesforceVendor,
  servicenowVendor,
  snowflakeVendor,
];
/** Some of them alone: names with commas between them. */
const CHOSEN = process.env['HOLDFAST_BENCH_VENDORS']?.split(',');

interface VendorFigures {
  readonly title: string;
  readonly baseline: string;
  readonly comparison: Comparison;
  /** The same at the pace that the vendor documents; undefined where it documents none. */
  readonly paced: (Comparison & { readonly source: string }) | undefined;
  /** Processor time of a record, median of the rounds, whatever else the machine did. */
  readonly cpuMicros: HubCpu;
}

/** Deliveries from the queue to the peer, against the vendor's own client writing the same records to the same peer. */
export const delivery: Bench = {
  name: 'delivery',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder, MANY_ROWS);
    const stopTemporal = await startBenchTemporal(folder, postgres, report);
    try {
      await addRecordings(postgres.ownerUrl, postgres.tenantId, {
        rows: ROWS,
        dueFrom: new Date().toISOString(),
        report,
      });
      await addParties(postgres.ownerUrl, postgres.tenantId);
      report(`${ROWS} recordings with their parties are there`);
      const hub = await startHubUnderTest(folder, postgres);
      const stopHub = stopOnSignal(() => hub.stop());
      try {
        return await measureAll(hub, postgres, report);
      } finally {
        await stopHub();
        await Runtime.instance().shutdown(); // no worker of this process does, and the process would not end
      }
    } finally {
      await stopTemporal();
      await postgres.stop();
    }
  },
};

async function measureAll(
  hub: HubUnderTest,
  postgres: HubDatabase,
  report: BenchContext['report'],
): Promise<BenchFigures> {
  const figures: Record<string, VendorFigures> = {};
  const skipped: Record<string, string> = {};
  let memory: Memory | undefined;
  for (const vendor of VENDORS.filter(({ name }) => CHOSEN?.includes(name) ?? true)) {
    const reason = vendor.unavailable();
    if (reason !== undefined) {
      skipped[vendor.name] = reason;
      report(`${vendor.name} is skipped: ${reason}`);
      continue;
    }
    report(vendor.name);
    const peer = await vendor.start();
    const stopPeer = stopOnSignal(() => peer.stop());
    try {
      const connectionId = await hub.connect(peer);
      const { title, baselineTitle: baseline } = peer;
      const documents = await recordsOfHub(postgres, connectionId, RECORDS_PER_ROUND);
      const { comparison, cpuMicros } = await measure(hub, connectionId, peer, documents);
      report(`${vendor.name}: ${comparison.ratio}, ${JSON.stringify(cpuMicros)} µs of processor a record`);
      const paced = await measurePaced(hub, connectionId, peer, documents);
      if (paced !== undefined) report(`${vendor.name} at its documented pace: ${paced.ratio}`);
      figures[vendor.name] = { title, baseline, comparison, paced, cpuMicros };
      if (QUEUES.length > 0) memory ??= await measureMemory(hub, connectionId, report);
    } catch (error) {
      // The others are measured all the same.
      skipped[vendor.name] = `failed: ${String(error)}`;
      report(`${vendor.name} failed: ${String(error)}`);
    } finally {
      await stopPeer();
    }
  }
  return figuresOf(figures, skipped, memory);
}

async function measure(
  hub: HubUnderTest,
  connectionId: string,
  peer: DeliveryPeer,
  documents: readonly RecordingDocument[],
): Promise<Pick<VendorFigures, 'comparison' | 'cpuMicros'>> {
  const cpu: HubCpu[] = [];
  const comparison = await compareWith(documents, peer, ROUNDS, RECORDS_PER_ROUND, async () => {
    await hub.queue(connectionId, RECORDS_PER_ROUND);
    const before = await cpuOf(hub);
    const seconds = await hub.deliver(connectionId);
    const after = await cpuOf(hub);
    cpu.push({ worker: after.worker - before.worker, postgres: after.postgres - before.postgres });
    return seconds;
  });
  const there = await peer.count(hub.tenantId);
  if (there !== RECORDS_PER_ROUND)
    throw new Error(`${peer.title} has ${there} records of ${RECORDS_PER_ROUND}.`);
  const ofRecord = (seconds: (used: HubCpu) => number): number =>
    rounded((quantile(cpu.slice(1).map(seconds), 0.5) / RECORDS_PER_ROUND) * 1e6); // the first round warms up
  return {
    comparison,
    cpuMicros: { worker: ofRecord(({ worker }) => worker), postgres: ofRecord(({ postgres }) => postgres) },
  };
}

async function measurePaced(
  hub: HubUnderTest,
  connectionId: string,
  peer: DeliveryPeer,
  documents: readonly RecordingDocument[],
): Promise<VendorFigures['paced']> {
  if (peer.pace === undefined) return undefined;
  await peer.pace.keep(true);
  try {
    const comparison = await compareWith(documents, peer, PACED_ROUNDS, PACED_RECORDS, async () => {
      await hub.queue(connectionId, PACED_RECORDS);
      return hub.deliver(connectionId);
    });
    return { ...comparison, source: peer.pace.source };
  } finally {
    await peer.pace.keep(false);
  }
}

let revision = 0;

/** Records a second of the hub, which answers how many seconds it took, and of the baseline. */
function compareWith(
  documents: readonly RecordingDocument[],
  peer: DeliveryPeer,
  rounds: number,
  records: number,
  deliver: () => Promise<number>,
): Promise<Comparison> {
  const calls = deliveryLimits(peer.connector);
  const same = documents.slice(0, records);
  return compare(
    rounds,
    async () => records / (await deliver()),
    async () => {
      revision += 1;
      const newer = same.map((document) => ({ ...document, revision }));
      const startedAt = performance.now();
      await peer.baseline(newer, calls);
      return records / ((performance.now() - startedAt) / 1000);
    },
  );
}

interface Memory {
  readonly queues: readonly { readonly queued: number; readonly done: number; readonly rssMb: number }[];
  /** Of the longest queue over the shortest. */
  readonly growthMb: number;
}

async function measureMemory(
  hub: HubUnderTest,
  connectionId: string,
  report: BenchContext['report'],
): Promise<Memory> {
  const queues: Memory['queues'][number][] = [];
  for (const queued of QUEUES) {
    // Those that come first are newer than what the peer has; the others only wait.
    await hub.queue(connectionId, queued, Math.min(queued, RECORDS_PER_ROUND));
    const { done, rssMb } = await hub.workFor(connectionId, WINDOW_MS);
    report(
      `memory: ${Math.round(rssMb)} MB with ${queued} queued, of which ${done} were delivered meanwhile`,
    );
    queues.push({ queued, done, rssMb: Math.round(rssMb) });
  }
  return { queues, growthMb: (queues.at(-1)?.rssMb ?? 0) - (queues[0]?.rssMb ?? 0) };
}

function figuresOf(
  figures: Readonly<Record<string, VendorFigures>>,
  skipped: Readonly<Record<string, string>>,
  memory: Memory | undefined,
): BenchFigures {
  const [first] = Object.values(figures);
  if (first === undefined) throw new Error('No peer could be had, so nothing was measured.');
  const each = (value: (comparison: Comparison) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(figures).map(([name, { comparison }]) => [name, value(comparison)]));
  return {
    what: 'Recordings delivered from the queue to the peer: claimed, made, sent in batches, settled with receipt, attempt and leaf',
    unit: 'records per second',
    baseline:
      "the vendor's own client writing the very documents that the hub makes, under ids beside its own, to the same peer in bulk, in calls of the same size and as many abreast, the answer for each read and nothing kept",
    comparison: first.comparison,
    details: { vendors: figures, skipped, memory, recordsPerRound: RECORDS_PER_ROUND, longestQueue: ROWS },
    notes: [
      'One worker process, durable PostgreSQL, Temporal and the peer on one machine: they share its cores, which the baseline and the peer have for themselves.',
      "ratioAtVendorPace: the double waits before it answers as long as the vendor's documents say a request may take, for both alike, and does nothing meanwhile; only where there is such a document (details.vendors.*.paced.source).",
      "cpuMicros: processor time of a record in the worker and in PostgreSQL, Temporal's share of it included, whatever else ran.",
      'Both write what stands there already anew, at the next revision, but for the round that warms up.',
      `rssGrowthMb is the most memory of the worker on the longest queue less that on the shortest, ${WINDOW_MS / 1000} s of work each; from 100,000 recordings on.`,
    ],
    summary: {
      ratio: each(({ ratio }) => ratio),
      ratioAtVendorPace: Object.fromEntries(
        Object.entries(figures).flatMap(([name, { paced }]) =>
          paced === undefined ? [] : [[name, paced.ratio]],
        ),
      ),
      recordsPerSecond: each(({ subject }) => subject.median),
      rssGrowthMb: memory?.growthMb ?? Number.NaN,
    },
  };
}

/** Without the indexes by which people look for parties: a delivery neither reads nor writes them, and each row would be sought by its letters. */
async function addParties(ownerUrl: string, tenantId: string): Promise<void> {
  await runAsOwner(ownerUrl, 'drop index party_address, party_folded, party_address_keys');
  await runAsOwner(
    loading(ownerUrl),
    `insert into party (tenant_id, id, recording_id, ordinal, name, address)
     select $1, uuidv7(), r.id, o, case o when 1 then 'Agent' else 'Customer ' || right(r.id::text, 6) end,
            'sip:+49' || o || right(r.id::text, 6) || '@sbc.example'
       from recording r cross join generate_series(1, 2) o`,
    [tenantId],
  );
  await runAsOwner(ownerUrl, 'vacuum analyze party');
}

import { readdir } from 'node:fs/promises';
import { readParts } from '../../recorder-core/records/parts.ts';
import { CHUNK_BYTES } from '../../recorder-core/vault/chunk-format.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { readSpooledCall, type SpooledStream } from './spooled-call.ts';
import type { TestDatabase } from './test-database.ts';
import { PAYLOAD_OCTETS, payloadOf } from './traffic/test-payload.ts';
import type { CallState, TestCall } from './traffic/test-call.ts';
import type { TestStream } from './traffic/test-stream.ts';

/** What a packet takes in the log: its frame, the RTP header, the payload. */
const RECORD_BYTES = 9 + 12 + PAYLOAD_OCTETS;
const CHUNK_PACKETS = Math.ceil(CHUNK_BYTES / RECORD_BYTES);
/**
 * A packet that old at the kill has left the socket and the thread; a younger one may be in flight. Long, because the
 * recorder shares two processors with the whole test run.
 */
const IN_FLIGHT_MS = 750;
const BROKEN_OFF = /broken off by a fault of the recorder/;

/** A recorder that took part: where its recordings still lie, and what opens them. */
export interface RecorderPlace {
  readonly spool: string;
  readonly keys: KeyProvider;
}

/** What became of all calls. */
export interface Account {
  /** In words, with the Call-ID: everything that is not as it must be. Empty when nothing was lost, none is there twice. */
  readonly faults: readonly string[];
  readonly calls: Readonly<Partial<Record<CallState, number>>>;
  /** Calls never answered whose decision was already noted: an empty recording, marked partial. */
  readonly emptyOfUnanswered: number;
  /** Most packets missing at the end of a stream that was broken off. */
  readonly mostMissing: number;
}

interface Row {
  readonly id: string;
  readonly callId: string;
  readonly partial: boolean;
  readonly warnings: readonly string[];
}

/**
 * Holds every call that was placed against what the recorders have: a finished one whole, one broken off up to its last
 * full chunk, none twice, and nothing that nobody placed. Read it when the recorders have sealed everything.
 */
export async function accountForCalls(
  calls: readonly TestCall[],
  database: TestDatabase,
  places: readonly RecorderPlace[],
): Promise<Account> {
  const rows = await database.asOwner<Row>(
    'select id, call_id as "callId", partial, warnings from recording',
  );
  const byCall = Map.groupBy(rows, ({ callId }) => callId);
  const account = {
    faults: [] as string[],
    calls: {} as Partial<Record<CallState, number>>,
    emptyOfUnanswered: 0,
    mostMissing: 0,
  };
  const recordings = await recordingsIn(places);
  for (const call of calls) {
    account.calls[call.state] = (account.calls[call.state] ?? 0) + 1;
    const found = byCall.get(call.callId) ?? [];
    byCall.delete(call.callId);
    const fault = (what: string): void => {
      account.faults.push(`${call.callId} (${call.state}): ${what}`);
    };
    if (found.length > 1) fault(`it is there ${found.length} times`);
    const [row] = found;
    if (row === undefined) {
      if (!LEAVES_NOTHING.has(call.state)) fault('it is not there');
      continue;
    }
    const place = recordings.get(row.id);
    recordings.delete(row.id);
    if (place === undefined) fault('its folder is not in the spool');
    else await checkOne(call, row, await openStreams(row, database, place, fault), account, fault);
  }
  for (const callId of byCall.keys()) account.faults.push(`${callId}: nobody placed this call`);
  for (const folder of recordings.keys())
    account.faults.push(`the folder ${folder} was left over in the spool`);
  return account;
}

const LEAVES_NOTHING: ReadonlySet<CallState> = new Set(['refused', 'unanswered']);

/** The folders of all spools by name. */
async function recordingsIn(places: readonly RecorderPlace[]): Promise<Map<string, RecorderPlace>> {
  const listed = await Promise.all(
    places.map(async (place) => (await readdir(place.spool)).map((name) => [name, place] as const)),
  );
  return new Map(listed.flat());
}

/** The streams by label, each compared with the digest that the database and the ledger have of it. */
async function openStreams(
  { id }: Row,
  { db, tenantId }: TestDatabase,
  { spool, keys }: RecorderPlace,
  fault: (what: string) => void,
): Promise<Map<string, SpooledStream>> {
  const parts = await db.forTenant(tenantId, (tx) => readParts(tx, id));
  const streams = await readSpooledCall(spool, id, keys);
  for (const { partId, sha256, label } of streams) {
    const digest = parts.find((part) => part.id === partId)?.sha256.toString('hex');
    if (digest !== sha256) fault(`the digest of stream ${label} is not that in the database`);
  }
  return new Map(streams.map((stream) => [stream.label, stream]));
}

async function checkOne(
  call: TestCall,
  row: Row,
  stored: ReadonlyMap<string, SpooledStream>,
  account: { emptyOfUnanswered: number; mostMissing: number },
  fault: (what: string) => void,
): Promise<void> {
  const mayBePartial = call.state !== 'ended' && call.state !== 'stopped';
  if (row.partial && !mayBePartial) fault('it ended in good order and is marked partial');
  if (!row.partial && (call.state === 'broken' || call.state === 'unanswered'))
    fault('it was broken off and is not marked partial');
  if (row.partial !== row.warnings.some((warning) => BROKEN_OFF.test(warning)))
    fault('mark and warning do not agree');
  if (call.state === 'unanswered') account.emptyOfUnanswered += 1;
  for (const stream of call.streams) {
    const { packets } = stored.get(stream.label) ?? { packets: [] };
    const wrong = packets.findIndex(
      ({ sequence, payload }, number) =>
        sequence !== (number & 0xffff) || !payload.equals(payloadOf(stream.seed, number)),
    );
    if (wrong >= 0) fault(`packet ${wrong} of stream ${stream.label} is not what was sent`);
    if (packets.length > stream.sent) fault(`stream ${stream.label} has more packets than were sent`);
    const least = row.partial ? provenBy(call, stream) : stream.sent;
    if (packets.length < least)
      fault(
        `stream ${stream.label} has ${packets.length} packets of ${stream.sent} sent; ${least} must be there`,
      );
    if (row.partial) account.mostMissing = Math.max(account.mostMissing, stream.sent - packets.length);
  }
}

/** Packets that must have been in full chunks when the recorder was killed. */
function provenBy({ brokenAtMs }: TestCall, stream: TestStream): number {
  return Math.max(0, stream.sentBy(brokenAtMs - IN_FLIGHT_MS) - CHUNK_PACKETS);
}

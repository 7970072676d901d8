import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { DiskSync } from '../../recorder-core/capture/disk-sync.ts';
import { PortRange } from '../../recorder-core/capture/streams/port-range.ts';
import { clockBase, steadyClock } from '../../recorder-core/capture/streams/steady-clock.ts';
import { ThreadedMediaEngine } from '../../recorder-core/capture/streams/threaded-media-engine.ts';
import { openThreadedSealer } from '../../recorder-core/capture/sealing/sealer.ts';
import { OPEN_POLICY } from '../../recorder-core/capture/media-policy.ts';
import { Recorder } from '../../recorder-core/capture/recorder.ts';
import { SealQueue } from '../../recorder-core/capture/sealing/seal-queue.ts';
import { partPath, spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { readPacketLog } from '../../recorder-core/media/packet-log-reader.ts';
import { parseRtp } from '../../recorder-core/media/rtp.ts';
import { shippedRules } from '../../recorder-core/capture/test-support/shipped-rules.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { contextOf, openDataKey } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import { createUserAgent } from '../../recorder-core/sip/user-agent.ts';
import { ChunkReader } from '../../recorder-core/vault/chunk-reader.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import type { TestDatabase } from './test-database.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import { testLedgerKeys } from './ledger-key.ts';

/** A recorder in this process, on real sockets and a real database. */
export interface TestRecorder {
  readonly ledgerKeys: LedgerKeys;
  target(transport: 'udp' | 'tcp'): string;
  /** The id of the next recording that is sealed and committed. */
  nextSealed(): Promise<string>;
  /** SHA-256 of all RTP payloads of a part that is still in the spool, as the recording client reports what it sent. */
  payloadDigest(tenantId: string, part: Part): Promise<string>;
  spoolContains(text: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starts one with its own port pair range; ends with `stop`. */
export async function startTestRecorder(
  database: TestDatabase,
  spool: string,
  options: { readonly announcement?: 'by-recording-client' | 'none' } = {},
): Promise<TestRecorder> {
  const keys = await openLocalKeyRing(`${spool}.keys.json`, { create: true });
  const makeId = (at: Date): string => newId(at.getTime());
  const waiting: ((id: string) => void)[] = [];
  const sealer = openThreadedSealer(keys);
  const base = clockBase();
  const media = new ThreadedMediaEngine({
    threads: 1,
    base,
    listener: {
      fault: () => undefined,
      alert: () => undefined,
      counted: () => undefined,
      lost: (recordingId) => recorder.mediaLost(recordingId),
      load: () => undefined,
    },
  });
  const queue = new SealQueue({
    spool,
    db: database.db,
    sealer,
    newId: makeId,
    now: () => new Date(),
    onSealed: ({ manifest }) => waiting.shift()?.(manifest.recordingId),
    onNothing: () => undefined,
    onRetry: () => undefined,
  });
  const rules = await shippedRules();
  const recorder: Recorder = new Recorder({
    maxCalls: 20,
    mediaAddress: '127.0.0.1',
    policyOf: () => OPEN_POLICY,
    consent: {
      rules: () => rules,
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: options.announcement ?? 'by-recording-client',
    },
    capture: {
      spool,
      node: 'test',
      tenantId: database.tenantId,
      region: 'eu-central',
      retentionClass: 'business-call',
      keks: openKekSource(keys, makeId),
      ports: new PortRange('127.0.0.1', { min: 20_000, max: 40_000 }),
      media,
      sync: new DiskSync(),
      newId: makeId,
      now: steadyClock(base),
      onFault: () => undefined,
    },
    hooks: {
      decided: () => undefined,
      accepted: () => undefined,
      refused: () => undefined,
      ended: (recordingId) => {
        queue.add(recordingId);
      },
      failed: () => undefined,
    },
  });
  const userAgent = createUserAgent({
    listen: [
      { transport: 'udp', host: '127.0.0.1', port: 0 },
      { transport: 'tcp', host: '127.0.0.1', port: 0 },
    ],
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    admit: () => recorder.admit(),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
  });
  const addresses = await userAgent.start();
  return {
    ledgerKeys: testLedgerKeys,
    target: (transport) => {
      const port = addresses.find((address) => address.transport === transport)?.port;
      return `sip:recorder@127.0.0.1:${port};transport=${transport}`;
    },
    nextSealed: () => new Promise((resolve) => waiting.push(resolve)),
    payloadDigest: (tenantId, part) =>
      digestPayload(spool, part, () => openDataKey({ db: database.db, keys }, tenantId, part), tenantId),
    spoolContains: (text) => contains(spool, text),
    async stop() {
      await recorder.endAll(0);
      await userAgent.close();
      await queue.close();
      await sealer.stop();
      await media.stop();
    },
  };
}

async function digestPayload(
  spool: string,
  part: Part,
  openKey: () => Promise<Buffer>,
  tenantId: string,
): Promise<string> {
  const file = await open(partPath(spoolFolder(spool, part.recordingId), part.id), 'r');
  const hash = createHash('sha256');
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
    const reader = new ChunkReader({ size, read }, await openKey(), contextOf(tenantId, part));
    for await (const entry of readPacketLog(reader.stream())) {
      if (entry.kind === 'rtp') hash.update(parseRtp(entry.bytes)?.payload ?? Buffer.alloc(0));
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function contains(folder: string, text: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    if ((await readFile(join(entry.parentPath, entry.name))).includes(text)) return true;
  }
  return false;
}

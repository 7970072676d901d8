import { once, EventEmitter } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskSync } from '../../recorder-core/capture/disk-sync.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { OPEN_POLICY } from '../../recorder-core/capture/media-policy.ts';
import { Recorder } from '../../recorder-core/capture/recorder.ts';
import { spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { openLocalMediaEngine } from '../../recorder-core/capture/streams/local-media-engine.ts';
import { PortRange } from '../../recorder-core/capture/streams/port-range.ts';
import { readLeft, type LeftRecording } from '../../recorder-core/capture/test-support/recorder-bench.ts';
import { shippedRules } from '../../recorder-core/capture/test-support/shipped-rules.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { AUTHORITY, IDENTITIES } from '../../recorder-core/sip/test-support/certificates.ts';
import { createUserAgent, type ListenAddress } from '../../recorder-core/sip/user-agent.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import type { MatrixTransport } from './matrix-case.ts';

/** The recorder of one case, on real sockets with a spool and keys of its own; no database. */
export interface MatrixRecorder {
  readonly recorder: Recorder;
  readonly target: string;
  readonly host: string;
  /** Statuses of refused calls. */
  readonly refused: readonly number[];
  /** Faults the recorder noticed, which no case may bring about. */
  readonly faults: readonly unknown[];
  /** Until released, a call waits for its key and is not answered. */
  holdAnswers(): () => void;
  /** Resolves when a call was refused and nothing is left to be done about it. */
  refusal(): Promise<void>;
  /** The recordings left, in the order of their ends, once there are as many. */
  left(count: number): Promise<LeftRecording[]>;
  /** Folders in the spool. */
  folders(): Promise<number>;
  close(): Promise<void>;
}

/** Below the ports that the system gives to clients; for all cases together, since a port rests when it was used. */
const RANGE = { min: 24_000, max: 31_999 };
const PORTS = new Map<string, PortRange>();
const makeId = (at: Date): string => newId(at.getTime());

/** Starts one that listens on a free port with this transport alone. */
export async function openMatrixRecorder(
  transport: MatrixTransport,
  now: () => number,
): Promise<MatrixRecorder> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-matrix-'));
  const keys = await openLocalKeyRing(join(folder, 'keys.json'), { create: true });
  const spool = join(folder, 'spool');
  const host = transport === 'udp-ipv6' ? '::1' : '127.0.0.1';
  const ports = PORTS.get(host) ?? new PortRange(host, RANGE);
  PORTS.set(host, ports);
  const news = new EventEmitter();
  const ended: string[] = [];
  const refused: number[] = [];
  const faults: unknown[] = [];
  const keks = openKekSource(keys, makeId);
  let held: Promise<unknown> = Promise.resolve();
  const media = openLocalMediaEngine(now, {});
  const rules = await shippedRules();
  const recorder = new Recorder({
    maxCalls: 5,
    mediaAddress: host,
    policyOf: () => OPEN_POLICY,
    consent: {
      rules: () => rules,
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: 'by-recording-client',
    },
    capture: {
      spool,
      node: 'test',
      tenantId: makeId(new Date()),
      region: 'eu-central',
      retentionClass: 'business-call',
      keks: {
        ...keks,
        current: async (...asked) => {
          await held;
          return keks.current(...asked);
        },
      },
      ports,
      media,
      sync: new DiskSync(),
      newId: makeId,
      now,
      onFault: (_recordingId, error) => faults.push(error),
    },
    hooks: {
      decided: () => undefined,
      accepted: () => undefined,
      refused: (_recordingId, status) => {
        refused.push(status);
        news.emit('refused');
      },
      failed: (_recordingId, error) => faults.push(error),
      ended: (recordingId) => {
        ended.push(recordingId);
        news.emit('ended');
      },
    },
  });
  const server = createUserAgent({
    listen: [listenAddress(transport, host)],
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    admit: () => recorder.admit(),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
  });
  const [address] = await server.start();
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    recorder,
    host,
    target: `sip:recorder@${shown}:${address?.port};transport=${address?.transport}`,
    refused,
    faults,
    holdAnswers() {
      const gate = Promise.withResolvers<undefined>();
      held = gate.promise;
      return () => gate.resolve(undefined);
    },
    async refusal() {
      if (refused.length === 0) await once(news, 'refused');
    },
    async left(count) {
      while (ended.length < count) await once(news, 'ended');
      return Promise.all(ended.map((recordingId) => readLeft(spoolFolder(spool, recordingId), keys)));
    },
    folders: async () => (await readdir(spool)).length,
    async close() {
      await recorder.endAll(0);
      await server.close();
      await media.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listenAddress(transport: MatrixTransport, host: string): ListenAddress {
  const { key, cert } = IDENTITIES.server;
  const tls = { key, cert, ca: AUTHORITY };
  const protocol = transport === 'udp-ipv6' ? 'udp' : transport;
  return { transport: protocol, host, port: 0, ...(protocol === 'tls' && { tls }) };
}

import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PacketLogReader, type LogEntry } from '../../media/packet-log-reader.ts';
import { buildRtp, parseRtp } from '../../media/rtp.ts';
import { newId } from '../../records/ids.ts';
import { createUserAgent, type Dialog, type InviteOptions, type UserAgent } from '../../sip/user-agent.ts';
import type { SipResponse } from '../../sip/message.ts';
import { ChunkReader } from '../../vault/chunk-reader.ts';
import { kekContext, unwrapDataKey } from '../../vault/envelope.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../vault/local-key-ring.ts';
import type { CaptureSettings } from '../call-capture.ts';
import type { ConsentSettings, ConsentVerdict } from '../consent-gate.ts';
import { DiskSync } from '../disk-sync.ts';
import { openKekSource } from '../kek-source.ts';
import { OPEN_POLICY, type MediaPolicy } from '../media-policy.ts';
import { Recorder, type RecorderHooks } from '../recorder.ts';
import type { SealedPart } from '../sealing/seal-media.ts';
import { sealRecording, type SealedRecording } from '../sealing/seal-recording.ts';
import { readJournal, type JournalEntry } from '../session-journal.ts';
import { JOURNAL_NAME, partPath, spoolFolder } from '../spool-folder.ts';
import { contextOf, readManifest } from '../spool-manifest.ts';
import { openLocalMediaEngine } from '../streams/local-media-engine.ts';
import { PortRange } from '../streams/port-range.ts';
import { shippedRules } from './shipped-rules.ts';

/** What a recorded call left, read back from the spool. */
export interface LeftRecording {
  readonly sealed: SealedRecording;
  readonly journal: readonly JournalEntry[];
  /** Entries of each media part's packet log, in the order of the parts. */
  readonly logs: readonly (readonly LogEntry[])[];
}

/** What an INVITE carries. */
export interface OfferBody {
  readonly contentType: string;
  readonly body: Buffer | string;
}

/** A recorder on real sockets with its spool, and a bare SIP client to talk to it; no database. */
export interface RecorderBench {
  readonly recorder: Recorder;
  readonly client: UserAgent;
  /** The folder of its recordings. */
  readonly spool: string;
  /** Verdicts of all datagrams so far; `packets` tells of each. */
  readonly verdicts: string[];
  /** Decisions by which calls were refused. */
  readonly refusals: readonly ConsentVerdict['explanation'][];
  untilVerdict(verdict: string, count: number): Promise<void>;
  /** Resolves when so many datagrams in all have been seen, whatever the verdict. */
  untilSeen(count: number): Promise<void>;
  invite(
    body: OfferBody | undefined,
    headers?: Record<string, string>,
    acknowledge?: InviteOptions['acknowledge'],
  ): Promise<{ dialog: Dialog; response: SipResponse }>;
  /** Resolves when the only call has ended; reads what it left. */
  left(): Promise<LeftRecording>;
  close(): Promise<void>;
}

const now = (): number => performance.timeOrigin + performance.now();
const makeId = (at: Date): string => newId(at.getTime());

/** Starts one with this policy for every source, and consent as it is set here. */
export async function openRecorderBench(
  policy: Partial<MediaPolicy> = {},
  consent: Partial<ConsentSettings> = {},
): Promise<RecorderBench> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-recorder-bench-'));
  const keys = await openLocalKeyRing(join(folder, 'keys.json'), { create: true });
  const spool = join(folder, 'spool');
  const news = new EventEmitter();
  const verdicts: string[] = [];
  const refusals: ConsentVerdict['explanation'][] = [];
  let ended: string | undefined;
  const recorder = new Recorder({
    maxCalls: 5,
    mediaAddress: '127.0.0.1',
    policyOf: () => ({ ...OPEN_POLICY, ...policy }),
    consent: { ...(await consentSettings()), ...consent },
    capture: captureInto(spool, keys, (verdict) => {
      verdicts.push(verdict);
      news.emit('packet');
    }),
    hooks: hooksFor((recordingId) => {
      ended = recordingId;
      news.emit('ended');
    }, refusals),
  });
  const { client, target, stop } = await connect(recorder);
  return {
    recorder,
    client,
    spool,
    verdicts,
    refusals,
    async untilVerdict(verdict, count) {
      while (verdicts.filter((seen) => seen === verdict).length < count) await once(news, 'packet');
    },
    async untilSeen(count) {
      while (verdicts.length < count) await once(news, 'packet');
    },
    invite: (body, headers = {}, acknowledge) => client.invite(inviteTo(target, body, headers, acknowledge)),
    async left() {
      if (ended === undefined) await once(news, 'ended');
      return readLeft(spoolFolder(spool, ended ?? ''), keys);
    },
    async close() {
      await recorder.endAll(0);
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function hooksFor(ended: RecorderHooks['ended'], refusals: ConsentVerdict['explanation'][]): RecorderHooks {
  const ignore = (): void => undefined;
  const refused: RecorderHooks['refused'] = (_recordingId, _status, _known, verdict) => {
    if (verdict !== undefined) refusals.push(verdict.explanation);
  };
  return { decided: ignore, accepted: ignore, refused, failed: ignore, ended };
}

function captureInto(
  spool: string,
  keys: LocalKeyRing,
  onPacket: (verdict: string) => void,
): CaptureSettings {
  return {
    spool,
    node: 'test',
    tenantId: makeId(new Date()),
    region: 'eu-central',
    retentionClass: 'business-call',
    keks: openKekSource(keys, makeId),
    ports: new PortRange('127.0.0.1', { min: 43_000, max: 48_999 }),
    media: openLocalMediaEngine(now, { onPacket }),
    sync: new DiskSync(),
    newId: makeId,
    now,
    onFault: (_id, error) => {
      throw error;
    },
  };
}

/** A SIP server for the recorder, and a client that takes no calls. */
async function connect(recorder: Recorder) {
  const listen = [{ transport: 'tcp', host: '127.0.0.1', port: 0 }] as const;
  const server = createUserAgent({
    listen,
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    admit: () => recorder.admit(),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
  });
  const [address] = await server.start();
  const client = createUserAgent({
    listen,
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await client.start();
  return {
    client,
    target: `sip:recorder@127.0.0.1:${address?.port};transport=tcp`,
    stop: async () => {
      await client.close();
      await server.close();
    },
  };
}

function inviteTo(
  target: string,
  body: OfferBody | undefined,
  headers: Record<string, string>,
  acknowledge: InviteOptions['acknowledge'],
): InviteOptions {
  return {
    target,
    from: '<sip:+442079460001@sbc.example>',
    to: '<sip:recorder@127.0.0.1>',
    contactParams: ';+sip.src',
    headers: { Require: 'siprec', ...headers },
    ...(body && { contentType: body.contentType, body: Buffer.from(body.body) }),
    ...(acknowledge && { acknowledge }),
  };
}

async function consentSettings(): Promise<ConsentSettings> {
  const rules = await shippedRules();
  return {
    rules: () => rules,
    recorderJurisdiction: 'DE',
    purpose: 'business-record',
    announcement: 'by-recording-client',
  };
}

/** Seals the folder of a call that has ended and reads back all of it. */
export async function readLeft(folder: string, keys: LocalKeyRing): Promise<LeftRecording> {
  const sealed = await sealRecording(folder, keys);
  const manifest = await readManifest(folder);
  if (sealed === undefined || manifest === undefined) throw new Error('Nothing was captured.');
  const { tenantId: tenant, region, retentionClass, kek, recordingId } = manifest;
  const scope = kekContext({ tenant, region, period: kek.period, retentionClass });
  const key = await keys.unwrap({ provider: kek.provider, keyId: kek.rootKeyId, bytes: kek.wrapped }, scope);
  const journalKey = unwrapDataKey(key, manifest.journalKey, contextOf(manifest, 'journal'));
  const read = async (part: SealedPart): Promise<LogEntry[]> => {
    const context = contextOf(manifest, part.id);
    const bytes = await readFile(partPath(folder, part.id));
    const source = {
      size: bytes.length,
      read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
    };
    const log = new PacketLogReader();
    const entries: LogEntry[] = [];
    const reader = new ChunkReader(source, unwrapDataKey(key, part.wrappedKey, context), context);
    for await (const chunk of reader.stream()) entries.push(...log.push(chunk));
    return entries;
  };
  return {
    sealed,
    journal: await readJournal(join(folder, JOURNAL_NAME), journalKey, recordingId),
    logs: await Promise.all(sealed.parts.filter(({ kind }) => kind === 'media').map(read)),
  };
}

/** Payloads of the RTP packets of a log, as text of their first byte: enough to tell packets of a test apart. */
export function firstBytes(log: readonly LogEntry[]): number[] {
  return log.flatMap((entry) => (entry.kind === 'rtp' ? [parseRtp(entry.bytes)?.payload[0] ?? -1] : []));
}

/** Sends RTP from one port of the loopback. */
export class TestSender {
  readonly #socket: Socket;
  readonly #ssrc: number;
  #sequence = 0;

  private constructor(socket: Socket, ssrc: number) {
    this.#socket = socket;
    this.#ssrc = ssrc;
  }

  static async open(ssrc = 7): Promise<TestSender> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new TestSender(socket, ssrc);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends `count` packets of 20 ms whose payload is all `fill`; `protect` is applied to each. */
  async send(
    port: number,
    options: { count: number; fill: number; payloadType?: number; protect?: (rtp: Buffer) => Buffer },
  ): Promise<void> {
    const { count, fill, payloadType = 0, protect = (rtp: Buffer) => rtp } = options;
    for (let i = 0; i < count; i++) {
      const sequence = this.#sequence++;
      const payload = Buffer.alloc(payloadType === 0 ? 160 : 4, fill);
      const rtp = buildRtp({ payloadType, sequence, timestamp: sequence * 160, ssrc: this.#ssrc, payload });
      await new Promise<void>((resolve) => {
        this.#socket.send(protect(rtp), port, '127.0.0.1', () => {
          resolve();
        });
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}

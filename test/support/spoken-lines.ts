import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { askConsent } from '../../recorder-core/capture/consent-gate.ts';
import { CallCapture, type StreamSpec } from '../../recorder-core/capture/call-capture.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { commitRecording } from '../../recorder-core/capture/sealing/commit-recording.ts';
import { sealRecording } from '../../recorder-core/capture/sealing/seal-recording.ts';
import { markCommitted } from '../../recorder-core/capture/spool-folder.ts';
import { openLocalMediaEngine } from '../../recorder-core/capture/streams/local-media-engine.ts';
import { rulebookOf } from '../../recorder-core/policy/rulebook.ts';
import { captureSettings } from './stored-recording.ts';
import type { TestHub } from './test-hub.ts';
import { takeToRetention, type TestRecording } from './test-recording.ts';

/** A call whose packets a test sends itself, on the time that the test says: a minute of it takes a second. */
export interface SpokenCall {
  /** The recorder's clock, in milliseconds from the beginning of the call; never back. */
  setTime(ms: number): void;
  /** Wall clock of the beginning, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Sends RTP to a line and waits until the recorder has taken it; RTCP before it travels the same way. */
  send(label: string, rtp: Buffer, rtcp?: Buffer): Promise<void>;
  pause(paused: boolean): void;
  close(label: string): Promise<void>;
  reopen(label: string): Promise<void>;
  /** Ends the call and takes the recording through the product's own functions, to retention. */
  finish(): Promise<TestRecording>;
}

const TELEPHONE_EVENT = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1 };

function specOf(label: string, digits: StreamSpec['digits']): StreamSpec {
  const pcmu = { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 };
  return { key: `label=${label}`, label, digits, held: false, codecs: [pcmu, TELEPHONE_EVENT] };
}

/** Begins a call of one party a label. */
export async function openSpokenCall(
  hub: TestHub,
  labels: readonly string[],
  digits: StreamSpec['digits'] = 'kept',
): Promise<SpokenCall> {
  const { services, database, spool } = hub;
  const { tenantId } = database;
  const startedAtMs = Date.now() - 600_000;
  let nowMs = startedAtMs;
  const now = (): number => nowMs;
  const news = new EventEmitter();
  const base = { spool, newId: services.newId, keks: openKekSource(services.keys, services.newId) };
  const onPacket = (): void => {
    news.emit('packet');
  };
  const settings = {
    ...captureSettings(base, tenantId, onPacket),
    now,
    media: openLocalMediaEngine(now, { onPacket }),
  };
  const capture = await CallCapture.open(settings, services.newId(new Date(startedAtMs)));
  capture.withhold(() => false);
  const parties = labels.map((label, ordinal) => ({
    ordinal,
    name: `Speaker ${label}`,
    address: null,
    label,
    participantId: null,
    joinedAtMs: startedAtMs,
    leftAtMs: null,
  }));
  const consent = askConsent(
    [],
    {
      rules: () => rulebookOf(services.packs.bundled),
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: 'by-recording-client',
    },
    new Date(startedAtMs).toISOString(),
  ).explanation;
  const source = { transport: 'udp', address: '127.0.0.1', port: 5060 };
  await capture.record(
    { type: 'started', atMs: startedAtMs, callId: 'spoken', source, request: '', consent },
    { type: 'parties', atMs: startedAtMs, parties },
  );
  await capture.openStreams(labels.map((label) => specOf(label, digits)));
  await capture.record({ type: 'answer', atMs: startedAtMs, body: '' });
  const sockets = new Map(labels.map((label) => [label, createSocket('udp4')]));
  const post = (label: string, bytes: Buffer): void => {
    sockets.get(label)?.send(bytes, capture.portOf(`label=${label}`) ?? 0, '127.0.0.1');
  };
  return {
    startedAtMs,
    setTime(ms) {
      nowMs = startedAtMs + ms;
    },
    async send(label, rtp, rtcp) {
      const taken = once(news, 'packet');
      if (rtcp !== undefined) post(label, rtcp);
      post(label, rtp);
      await taken;
    },
    pause(paused) {
      capture.setPaused(paused);
    },
    close: (label) => capture.closeStream(`label=${label}`),
    reopen: (label) => capture.openStreams([specOf(label, digits)]),
    async finish() {
      for (const socket of sockets.values()) socket.close();
      await capture.end('remote-bye');
      const sealed = await sealRecording(capture.folder, services.keys);
      if (sealed === undefined) throw new Error('The spoken call had no beginning.');
      await commitRecording(database.db, sealed, { newId: services.newId, now: services.now, trace: {} });
      await markCommitted(capture.folder);
      return takeToRetention(hub, capture.recordingId);
    },
  };
}

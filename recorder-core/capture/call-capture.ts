import { randomInt } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { SignalledClock } from '../media/clock-signalling.ts';
import type { CodecDescription } from '../media/codec-description.ts';
import type { ExpectedSource } from '../media/source-lock.ts';
import { generateDataKey, wrapDataKey } from '../vault/envelope.ts';
import type { DiskSync } from './disk-sync.ts';
import type { KekSource } from './kek-source.ts';
import { SessionJournal, type JournalEntry } from './session-journal.ts';
import {
  JOURNAL_NAME,
  makeSpoolFolder,
  partPath,
  removeSpoolFolder,
  syncSpoolFolder,
} from './spool-folder.ts';
import { contextOf, newManifest, syncManifest, writeManifest, type SpoolManifest } from './spool-manifest.ts';
import type { MediaEngine, StreamReport, StreamSecurity, StreamUpdate } from './streams/media-engine.ts';
import type { PortRange } from './streams/port-range.ts';

/** What capture needs to know and to use, the same for all calls of a process. */
export interface CaptureSettings {
  readonly spool: string;
  readonly node: string;
  readonly tenantId: string;
  readonly region: string;
  readonly retentionClass: string;
  readonly keks: KekSource;
  readonly ports: PortRange;
  readonly media: MediaEngine;
  readonly sync: DiskSync;
  readonly newId: (at: Date) => string;
  /** Wall clock in milliseconds with fractions, from a clock that does not jump. */
  readonly now: () => number;
  /** The disk refused; the call goes on, its recording will say so. */
  readonly onFault: (recordingId: string, error: unknown) => void;
}

/** A stream to open: one media line of the session. */
export interface StreamSpec {
  /** The session's key of the stream; a port hangs on it for the whole session. */
  readonly key: string;
  readonly label: string;
  readonly codecs: readonly CodecDescription[];
  readonly security?: StreamSecurity | 'awaited';
  readonly digits: 'kept' | 'masked';
  readonly expected?: ExpectedSource;
  readonly clock?: SignalledClock;
  /** The client sends nothing for now. */
  readonly held: boolean;
}

/** A stream that is open. */
interface OpenStream {
  readonly spec: StreamSpec;
  readonly streamId: string;
  readonly port: number;
}

/** A stream with its keys, not open yet. */
interface PlannedStream {
  readonly spec: StreamSpec;
  readonly dataKey: Buffer;
  readonly context: Buffer;
  readonly part: SpoolManifest['parts'][number];
}

/**
 * One call being captured into the spool: its journal and one encrypted packet
 * log a stream. Everything reaches the disk encrypted, and the keys that open it
 * stand wrapped in the manifest before the first byte is stored: a killed process
 * always leaves both. Against a power cut the beginning is flushed at once, beside
 * the call and not in its way, long before the first chunk of media is full. Over 250 lines, as the order of manifest, keys,
 * ports and files is what keeps a crash harmless, and is read best in one place.
 */
export class CallCapture {
  readonly recordingId: string;
  readonly folder: string;
  readonly startedAtMs: number;
  readonly #settings: CaptureSettings;
  readonly #kek: Buffer;
  readonly #journal: SessionJournal;
  readonly #streams = new Map<string, OpenStream>();
  readonly #reports: StreamReport[] = [];
  #manifest: SpoolManifest;
  #durable: Promise<void> | undefined;
  #paused = false;
  #isWithheld: (key: string) => boolean = () => true;
  /** Keys of the streams that have been told so. */
  readonly #withheld = new Set<string>();
  #ended = false;

  private constructor(
    settings: CaptureSettings,
    opened: {
      folder: string;
      startedAtMs: number;
      kek: Buffer;
      journal: SessionJournal;
      manifest: SpoolManifest;
    },
  ) {
    this.#settings = settings;
    this.#kek = opened.kek;
    this.#journal = opened.journal;
    this.#manifest = opened.manifest;
    this.folder = opened.folder;
    this.startedAtMs = opened.startedAtMs;
    this.recordingId = opened.manifest.recordingId;
  }

  /** Makes the folder, the keys and the journal; `openStreams` must follow. @throws HoldfastError `storage_full`, `key_unavailable`. */
  static async open(settings: CaptureSettings, recordingId: string): Promise<CallCapture> {
    const startedAtMs = settings.now();
    const at = new Date(startedAtMs);
    const { tenantId, region, retentionClass, node } = settings;
    const kek = await settings.keks.current({ tenant: tenantId, region, retentionClass }, at);
    const folder = await makeSpoolFolder(settings.spool, recordingId);
    const journalKey = generateDataKey();
    const manifest = newManifest({
      owner: { tenantId, recordingId, node, region, retentionClass },
      kek,
      metadataId: settings.newId(at),
      journalKey,
    });
    try {
      const journal = await SessionJournal.create(`${folder}/${JOURNAL_NAME}`, journalKey, recordingId);
      return new CallCapture(settings, { folder, startedAtMs, kek: kek.key, journal, manifest });
    } catch (error) {
      await removeSpoolFolder(settings.spool, recordingId);
      throw error;
    }
  }

  /** Writes what happened; resolves once a killed process would not lose it. */
  record(...entries: JournalEntry[]): Promise<void> {
    return this.#journal.append(...entries);
  }

  /** Opens streams of the session: ports, keys and files. Those already open keep their ports. */
  async openStreams(specs: readonly StreamSpec[]): Promise<void> {
    const fresh = specs.filter(({ key }) => !this.#streams.has(key));
    const first = this.#durable === undefined;
    if (fresh.length === 0 && !first) return;
    const planned = fresh.map((spec) => this.#plan(spec));
    this.#manifest = {
      ...this.#manifest,
      parts: [...this.#manifest.parts, ...planned.map(({ part }) => part)],
    };
    await writeManifest(this.folder, this.#manifest, first ? 'soon-durable' : 'durable');
    const opened = await Promise.allSettled(planned.map((one) => this.#openPlanned(one)));
    const failed = opened.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    if (first) this.#durable = this.#makeDurable();
  }

  /**
   * The lines are gone with the thread that carried them: opens each anew on its own port, as another part. A line that
   * cannot be opened costs no other. @throws what kept the first of them from it.
   */
  async reopenStreams(): Promise<void> {
    const lost = [...this.#streams.values()].map(({ spec, port }) => ({ ...this.#plan(spec), port }));
    this.#manifest = { ...this.#manifest, parts: [...this.#manifest.parts, ...lost.map(({ part }) => part)] };
    await writeManifest(this.folder, this.#manifest, 'durable');
    const opened = await Promise.allSettled(
      lost.map(async ({ spec, port, part, dataKey, context }) => {
        this.#streams.set(spec.key, { spec, streamId: part.id, port });
        if (await this.#openAt(port, { spec, streamId: part.id, dataKey, context })) return;
        throw new HoldfastError(
          'unavailable',
          `The port ${port} of a line could not be had again, so the rest of the line is missing. See which program has it.`,
        );
      }),
    );
    const failed = opened.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** On the next port that can be had. */
  async #openPlanned({ spec, part, dataKey, context }: PlannedStream): Promise<void> {
    const port = await this.#settings.ports.take((candidate) =>
      this.#openAt(candidate, { spec, streamId: part.id, dataKey, context }),
    );
    this.#streams.set(spec.key, { spec, streamId: part.id, port });
  }

  #plan(spec: StreamSpec): PlannedStream {
    const id = this.#settings.newId(new Date(this.#settings.now()));
    const dataKey = generateDataKey();
    const context = contextOf(this.#manifest, id);
    const wrappedKey = wrapDataKey(this.#kek, dataKey, context);
    return { spec, dataKey, context, part: { id, kind: 'media' as const, label: spec.label, wrappedKey } };
  }

  #openAt(
    port: number,
    planned: { spec: StreamSpec; streamId: string; dataKey: Buffer; context: Buffer },
  ): Promise<boolean> {
    const { spec, streamId, dataKey, context } = planned;
    const withheld = this.#isWithheld(spec.key);
    if (withheld) this.#withheld.add(spec.key);
    else this.#withheld.delete(spec.key);
    return this.#settings.media.open({
      recordingId: this.recordingId,
      streamId,
      label: spec.label,
      codecs: spec.codecs,
      startedAtMs: this.startedAtMs,
      address: this.#settings.ports.address,
      port,
      path: partPath(this.folder, streamId),
      key: dataKey,
      context,
      ssrc: randomInt(1, 2 ** 32 - 1),
      security: spec.security,
      expected: spec.expected,
      clock: spec.clock,
      held: spec.held,
      paused: this.#paused,
      withheld,
      digits: spec.digits,
    });
  }

  /** Media whose manifest or beginning a power cut took could not be opened. */
  async #makeDurable(): Promise<void> {
    const { sync, spool, onFault } = this.#settings;
    try {
      await sync.run(async () => {
        await syncManifest(this.folder);
        await this.#journal.flush();
        await syncSpoolFolder(spool, this.folder);
      });
    } catch (error) {
      onFault(this.recordingId, error); // capture goes on: what the disk still takes is better than nothing
    }
  }

  /** How many parts the recording has so far, open and closed. */
  get partCount(): number {
    return this.#manifest.parts.length;
  }

  /** The port of an open stream. */
  portOf(key: string): number | undefined {
    return this.#streams.get(key)?.port;
  }

  /** The keys of the streams that are open. */
  keys(): string[] {
    return [...this.#streams.keys()];
  }

  /** What an open stream was opened with. */
  specOf(key: string): StreamSpec | undefined {
    return this.#streams.get(key)?.spec;
  }

  /** Tells one open stream what changed about it. */
  update(key: string, change: StreamUpdate): void {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    this.#settings.media.update(this.recordingId, stream.streamId, change);
    this.#streams.set(key, { ...stream, spec: changed(stream.spec, change) });
  }

  /** True while nothing is stored by the recorder's own decision. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Stops or takes up storing on all streams. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const key of this.#streams.keys()) this.update(key, { paused });
  }

  /**
   * Says of which lines nothing may be stored, of those that are open and those to come; until it is called, of none. What
   * may be stored no longer stops at once; what may be stored again waits for `release`.
   */
  withhold(isWithheld: (key: string) => boolean): void {
    this.#isWithheld = isWithheld;
    for (const key of this.#streams.keys()) if (isWithheld(key)) this.#tell(key, true);
  }

  /** Stores again what is no longer withheld. */
  release(): void {
    for (const key of this.#streams.keys()) if (!this.#isWithheld(key)) this.#tell(key, false);
  }

  #tell(key: string, withheld: boolean): void {
    if (this.#withheld.has(key) === withheld) return;
    if (withheld) this.#withheld.add(key);
    else this.#withheld.delete(key);
    this.update(key, { withheld });
  }

  /** Closes one stream; its log stays a part of the recording. */
  async closeStream(key: string): Promise<void> {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    this.#streams.delete(key); // the line may be offered again, and then gets another port and a part of its own
    try {
      const report = await this.#settings.media.close(this.recordingId, stream.streamId);
      if (report !== undefined) this.#reports.push(report);
    } finally {
      this.#settings.ports.release(stream.port);
    }
  }

  /**
   * Ends the capture: closes every stream, writes the last journal entry. The folder is then ready to be sealed, also
   * when the disk refused the last writes: the recording is then sealed as partial, and `onFault` was told. `atMs` is when
   * the session ended, which the writing down must not make later.
   */
  async end(reason: string, atMs: number = this.#settings.now()): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#durable;
    await Promise.all(this.keys().map((key) => this.#attempt(() => this.closeStream(key))));
    const streams = this.#reports.map((report) => ({ ...report }));
    await this.#attempt(() => this.#journal.append({ type: 'ended', atMs, reason, streams }));
    await this.#attempt(() => this.#journal.close());
  }

  /** Gives up a call that was never answered: nothing of it was captured, so nothing is kept. */
  async discard(): Promise<void> {
    await this.end('could not be opened');
    await removeSpoolFolder(this.#settings.spool, this.recordingId);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#settings.onFault(this.recordingId, error);
    }
  }
}

/** What the stream would be opened with now. */
function changed(spec: StreamSpec, { codecs, security, held, expected }: StreamUpdate): StreamSpec {
  const { expected: expectedBefore, security: securityBefore, ...rest } = spec;
  const expectedNow = expected === undefined ? expectedBefore : (expected ?? undefined);
  const securityNow = security === undefined ? securityBefore : (security ?? undefined);
  return {
    ...rest,
    ...(codecs && { codecs }),
    ...(securityNow && { security: securityNow }),
    ...(held !== undefined && { held }),
    ...(expectedNow && { expected: expectedNow }),
  };
}

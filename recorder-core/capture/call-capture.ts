import { randomInt } from 'node:crypto';
import type { CodecDescription } from '../media/codec-description.ts';
import { generateDataKey, wrapDataKey } from '../vault/envelope.ts';
import { partContext } from '../vault/part-context.ts';
import type { KekSource } from './kek-source.ts';
import { PartWriter } from './part-writer.ts';
import type { PortPairs } from './streams/port-pairs.ts';
import { SessionJournal, type JournalEntry } from './session-journal.ts';
import { JOURNAL_NAME, makeSpoolFolder, partPath, removeSpoolFolder } from './spool-folder.ts';
import { writeManifest, type SpoolManifest } from './spool-manifest.ts';
import { StreamCapture } from './streams/stream-capture.ts';

/** What capture needs to know and to use, the same for all calls of a process. */
export interface CaptureSettings {
  readonly spool: string;
  readonly node: string;
  readonly tenantId: string;
  readonly region: string;
  readonly retentionClass: string;
  readonly keks: KekSource;
  readonly ports: PortPairs;
  readonly newId: (at: Date) => string;
  /** Wall clock in milliseconds with fractions, from a clock that does not jump. */
  readonly now: () => number;
  readonly onPacket: (verdict: string) => void;
  /** The disk refused; the call goes on, its recording will say so. */
  readonly onFault: (recordingId: string, error: unknown) => void;
}

/** A stream to open: one media line of the session. */
export interface StreamSpec {
  /** The session's key of the stream; a port hangs on it for the whole session. */
  readonly key: string;
  readonly label: string;
  readonly codecs: readonly CodecDescription[];
}

/**
 * One call being captured into the spool: its journal and one encrypted packet
 * log a stream. Everything reaches the disk encrypted, and the keys that open it
 * stand wrapped in the manifest before the first byte is stored.
 */
export class CallCapture {
  readonly recordingId: string;
  readonly folder: string;
  readonly startedAtMs: number;
  readonly #settings: CaptureSettings;
  readonly #kek: Buffer;
  readonly #journal: SessionJournal;
  readonly #streams = new Map<string, StreamCapture>();
  readonly #closed: StreamCapture[] = [];
  #manifest: SpoolManifest;
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

  /** Opens the folder, the keys and the journal. @throws HoldfastError `storage_full`, `key_unavailable`. */
  static async open(settings: CaptureSettings, recordingId: string): Promise<CallCapture> {
    const startedAtMs = settings.now();
    const at = new Date(startedAtMs);
    const { tenantId, region, retentionClass, node } = settings;
    const kek = await settings.keks.current({ tenant: tenantId, region, retentionClass }, at);
    const folder = await makeSpoolFolder(settings.spool, recordingId);
    const journalKey = generateDataKey();
    const metadataId = settings.newId(at);
    const manifest: SpoolManifest = {
      version: 1,
      tenantId,
      recordingId,
      node,
      region,
      retentionClass,
      kek: {
        id: kek.id,
        period: kek.scope.period,
        provider: kek.provider,
        rootKeyId: kek.rootKeyId,
        wrapped: kek.wrapped,
      },
      journalKey: wrapDataKey(kek.key, journalKey, contextOf(tenantId, recordingId, 'journal')),
      parts: [
        {
          id: metadataId,
          kind: 'metadata',
          label: null,
          wrappedKey: wrapDataKey(kek.key, generateDataKey(), contextOf(tenantId, recordingId, metadataId)),
        },
      ],
    };
    try {
      await writeManifest(folder, manifest);
      const journal = await SessionJournal.create(`${folder}/${JOURNAL_NAME}`, journalKey, recordingId);
      return new CallCapture(settings, { folder, startedAtMs, kek: kek.key, journal, manifest });
    } catch (error) {
      await removeSpoolFolder(settings.spool, recordingId);
      throw error;
    }
  }

  /** Writes what happened; resolves once a killed process would not lose it. */
  record(entry: JournalEntry): Promise<void> {
    return this.#journal.append(entry);
  }

  /** Opens streams of the session: ports, keys and files. Those already open keep their ports. */
  async openStreams(specs: readonly StreamSpec[]): Promise<void> {
    const fresh = specs.filter(({ key }) => !this.#streams.has(key));
    if (fresh.length === 0) return;
    const { tenantId } = this.#settings;
    const planned = fresh.map((spec) => {
      const id = this.#settings.newId(new Date(this.#settings.now()));
      const dataKey = generateDataKey();
      const context = contextOf(tenantId, this.recordingId, id);
      return { spec, id, dataKey, context, wrappedKey: wrapDataKey(this.#kek, dataKey, context) };
    });
    this.#manifest = {
      ...this.#manifest,
      parts: [
        ...this.#manifest.parts,
        ...planned.map(({ id, spec, wrappedKey }) => ({
          id,
          kind: 'media' as const,
          label: spec.label,
          wrappedKey,
        })),
      ],
    };
    await writeManifest(this.folder, this.#manifest);
    await this.#journal.flush(); // media without the beginning of its session could not be sealed
    for (const { spec, id, dataKey, context } of planned) {
      this.#streams.set(spec.key, await this.#openStream(spec, id, dataKey, context));
    }
  }

  async #openStream(spec: StreamSpec, id: string, dataKey: Buffer, context: Buffer): Promise<StreamCapture> {
    const pair = await this.#settings.ports.bind();
    try {
      const writer = await PartWriter.create(partPath(this.folder, id), dataKey, context, (error) => {
        this.#settings.onFault(this.recordingId, error);
      });
      return new StreamCapture({
        label: spec.label,
        codecs: spec.codecs,
        startedAtMs: this.startedAtMs,
        pair,
        writer,
        ssrc: randomInt(1, 2 ** 32 - 1),
        now: this.#settings.now,
        onPacket: this.#settings.onPacket,
      });
    } catch (error) {
      pair.release();
      throw error;
    }
  }

  /** The open stream of a session key. */
  stream(key: string): StreamCapture | undefined {
    return this.#streams.get(key);
  }

  /** Closes one stream; its log stays a part of the recording. */
  async closeStream(key: string): Promise<void> {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    this.#streams.delete(key); // the line may be offered again, and then gets another port and a part of its own
    this.#closed.push(stream);
    await stream.close();
  }

  /**
   * Ends the capture: closes every stream, writes the last journal entry. The folder is then ready to be sealed, also
   * when the disk refused the last writes: the recording is then sealed as partial, and `onFault` was told.
   */
  async end(reason: string): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const streams = [...this.#closed, ...this.#streams.values()];
    const stats = streams.map((stream) => ({ label: stream.label, port: stream.port, ...stream.stats() }));
    const atMs = this.#settings.now();
    for (const stream of streams) await this.#attempt(() => stream.close());
    await this.#attempt(() => this.#journal.append({ type: 'ended', atMs, reason, streams: stats }));
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

/** What a part's key and ciphertext are bound to. */
export function contextOf(tenant: string, recording: string, part: string): Buffer {
  return partContext({ tenant, recording, part, version: 1 });
}

import { open, readFile, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { describeStorageError } from '../vault/durable-file.ts';
import { openBox, sealBox } from '../vault/sealed-box.ts';

const rule = z.object({
  id: z.string(),
  source: z.string().optional(),
  status: z.enum(['verified', 'unverified']).optional(),
  detail: z.string().optional(),
});

/** A decision as it is kept with the recording. */
export const explanationSchema = z.object({
  outcome: z.string(),
  reasons: z.array(z.string()),
  rules: z.array(rule),
  packDigest: z.string(),
  decidedAt: z.string(),
});

const journalParty = z.object({
  ordinal: z.int(),
  name: z.string().nullable(),
  address: z.string().nullable(),
  label: z.string().nullable(),
  participantId: z.string().nullable(),
  joinedAtMs: z.number(),
  leftAtMs: z.number().nullable(),
});

/** One entry of a session's journal. Instants are wall-clock milliseconds of the recorder. */
export const journalEntrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    atMs: z.number(),
    callId: z.string(),
    source: z.object({ transport: z.string(), address: z.string(), port: z.number() }),
    request: z.string(),
    consent: explanationSchema,
  }),
  z.object({ type: z.literal('offer'), atMs: z.number(), method: z.string(), body: z.string() }),
  z.object({ type: z.literal('answer'), atMs: z.number(), body: z.string() }),
  z.object({ type: z.literal('parties'), atMs: z.number(), parties: z.array(journalParty) }),
  z.object({ type: z.literal('warnings'), atMs: z.number(), warnings: z.array(z.string()) }),
  z.object({
    type: z.literal('ended'),
    atMs: z.number(),
    reason: z.string(),
    streams: z.array(z.record(z.string(), z.unknown())),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type JournalParty = z.infer<typeof journalParty>;

const LENGTH_BYTES = 4;
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;

/** Binds an entry to its place, so that entries can be neither reordered nor taken from another recording. */
function entryContext(recordingId: string, index: number): Buffer {
  return Buffer.from(`holdfast/journal/v1 ${recordingId} ${index}`);
}

/**
 * Everything about a session but its media, written as it happens, each entry
 * encrypted and authenticated for itself: what a crash leaves is complete up to
 * the last entry.
 */
export class SessionJournal {
  readonly #file: FileHandle;
  readonly #key: Buffer;
  readonly #recordingId: string;
  #count = 0;
  #tail: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, key: Buffer, recordingId: string) {
    this.#file = file;
    this.#key = key;
    this.#recordingId = recordingId;
  }

  static async create(path: string, key: Buffer, recordingId: string): Promise<SessionJournal> {
    try {
      return new SessionJournal(await open(path, 'wx', 0o600), key, recordingId);
    } catch (error) {
      throw describeStorageError(error);
    }
  }

  /** Appends an entry; resolves once the operating system has it, which a killed process survives. Entries keep the order of the calls. */
  append(entry: JournalEntry): Promise<void> {
    const box = sealBox(
      this.#key,
      Buffer.from(JSON.stringify(entry)),
      entryContext(this.#recordingId, this.#count++),
      randomBytes,
    );
    const frame = Buffer.alloc(LENGTH_BYTES + box.length);
    frame.writeUInt32BE(box.length);
    box.copy(frame, LENGTH_BYTES);
    const written = this.#tail.then(async () => {
      await this.#file.appendFile(frame);
    });
    this.#tail = written.catch(() => undefined);
    return written.catch((error: unknown) => {
      throw describeStorageError(error);
    });
  }

  /** Flushes to the disk and closes. */
  async close(): Promise<void> {
    await this.#tail;
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }
}

/** Reads a journal back. A torn last entry is dropped; a changed one fails with `integrity_failed`. */
export async function readJournal(path: string, key: Buffer, recordingId: string): Promise<JournalEntry[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw describeStorageError(error);
  });
  const entries: JournalEntry[] = [];
  let offset = 0;
  while (offset + LENGTH_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(offset);
    if (length > MAX_ENTRY_BYTES) throw damaged();
    const end = offset + LENGTH_BYTES + length;
    if (end > bytes.length) break;
    const plain = openBox(
      key,
      bytes.subarray(offset + LENGTH_BYTES, end),
      entryContext(recordingId, entries.length),
    );
    const parsed = journalEntrySchema.safeParse(JSON.parse(plain.toString('utf8')));
    if (!parsed.success) throw damaged(parsed.error);
    entries.push(parsed.data);
    offset = end;
  }
  return entries;
}

function damaged(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The journal of a session in the spool is damaged, so its recording is not sealed. Keep the folder for an investigation.',
    { cause },
  );
}

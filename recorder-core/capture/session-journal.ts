import { open, readFile, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import type { StreamAlert } from '../media/stream-alert.ts';
import { describeStorageError } from '../vault/durable-file.ts';
import { CIRCUMSTANCES } from '../policy/rule-pack.ts';
import { NOTE_KINDS } from '../policy/consent-standing.ts';
import { openBox, sealBox } from '../vault/sealed-box.ts';

const rule = z.object({
  id: z.string(),
  source: z.string().optional(),
  status: z.enum(['verified', 'unverified']).optional(),
  detail: z.string().optional(),
  party: z.string().optional(),
});

/** What a decision on consent means for one party; `ordinal` is that of its row. */
const partyVerdict = z.object({
  party: z.string(),
  ordinal: z.int(),
  label: z.string().nullable(),
  own: z.boolean(),
  stored: z.boolean(),
  reason: z.string(),
});

/** A decision as it is kept with the recording. */
export const explanationSchema = z.object({
  outcome: z.string(),
  reasons: z.array(z.string()),
  rules: z.array(rule),
  packDigest: z.string(),
  policyVersion: z.int().optional(),
  places: z.array(z.string()).optional(),
  decidedAt: z.string(),
  /** What may be stored: nothing yet (`wait`), nothing and no more (`end`), or what `parties` says. Older entries have none. */
  act: z.enum(['store', 'wait', 'end']).optional(),
  parties: z.array(partyVerdict).optional(),
  /** Marks of a rule on residency, such as a ground for transfer that is needed. */
  tags: z.array(z.string()).optional(),
  /** A conflict of laws across borders, and what the tenant has done about such. */
  conflict: z
    .object({
      kinds: z.array(z.enum(['residency', 'disputed'])),
      act: z.enum(['block', 'tag', 'own-side', 'person']),
      rules: z.array(z.string()),
      reasons: z.array(z.string()),
      decideBy: z.string().optional(),
    })
    .optional(),
  mandated: z.boolean().optional(),
  purpose: z.string().optional(),
  /** Purposes besides that one. */
  alsoFor: z.array(z.string()).optional(),
  /** Under which it was made, and by what each is known. */
  circumstances: z.array(z.object({ circumstance: z.enum(CIRCUMSTANCES), by: z.string() })).optional(),
});

/** Something that was said or given about consent in the call. */
export const consentNoteSchema = z.object({
  id: z.string(),
  kind: z.enum(NOTE_KINDS),
  at: z.string(),
  purpose: z.string().nullable(),
  source: z.enum(['sip', 'sdp', 'api', 'event']),
  prompt: z
    .object({ id: z.string(), sha256: z.string().nullable(), language: z.string().nullable() })
    .optional(),
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

const texts = z.array(z.string()).readonly();
const identitySchema = z.object({
  sessions: texts,
  calls: texts,
  groups: texts,
  participants: texts,
  groupSequence: z.int().optional(),
});

const alertSchema = z.object({
  kind: z.enum(['dead-stream', 'one-way-audio', 'codec-mismatch', 'sustained-loss', 'silence', 'clock']),
  state: z.enum(['raised', 'cleared']),
  label: z.string().nullable(),
  atMs: z.number(),
  detail: z.string(),
}) satisfies z.ZodType<StreamAlert>;

/** One entry of a session's journal. Instants are wall-clock milliseconds of the recorder. */
export const journalEntrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    atMs: z.number(),
    callId: z.string(),
    source: z.object({ transport: z.string(), address: z.string(), port: z.number() }),
    request: z.string(),
    consent: explanationSchema,
    /** Of every recording of its source; left out where the source has none. */
    department: z.string().optional(),
    classification: z.string().optional(),
  }),
  z.object({
    type: z.literal('offer'),
    atMs: z.number(),
    method: z.string(),
    contentType: z.string().optional(),
    body: z.string(),
  }),
  z.object({ type: z.literal('consent'), atMs: z.number(), consent: explanationSchema }),
  z.object({
    type: z.literal('consent-note'),
    atMs: z.number(),
    note: consentNoteSchema,
    /** For whom it was noted, as the decisions name the parties. */
    parties: z.array(z.string()),
  }),
  z.object({
    type: z.literal('circumstance'),
    atMs: z.number(),
    circumstance: z.enum(CIRCUMSTANCES),
    state: z.enum(['begins', 'ends']),
    /** By what it is known; never what was said. */
    by: z.string(),
  }),
  z.object({ type: z.literal('purpose'), atMs: z.number(), purpose: z.string(), by: z.string() }),
  z.object({ type: z.literal('answer'), atMs: z.number(), body: z.string() }),
  z.object({ type: z.literal('parties'), atMs: z.number(), parties: z.array(journalParty) }),
  z.object({ type: z.literal('identity'), atMs: z.number(), identity: identitySchema }),
  z.object({ type: z.literal('warnings'), atMs: z.number(), warnings: z.array(z.string()) }),
  z.object({
    type: z.literal('control'),
    atMs: z.number(),
    verb: z.enum(['pause', 'resume', 'end', 'snapshot']),
    reason: z.string(),
  }),
  z.object({ type: z.literal('alert'), atMs: z.number(), alert: alertSchema }),
  z.object({
    type: z.literal('ended'),
    atMs: z.number(),
    reason: z.string(),
    streams: z.array(z.record(z.string(), z.unknown())),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type JournalParty = z.infer<typeof journalParty>;

/** Length of the sealed entry, then the same with every bit turned: a damaged length is never taken for a torn end. */
const FRAME_BYTES = 8;
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;
/** Leaves room for what sealing adds. */
const MOST_PLAIN_BYTES = MAX_ENTRY_BYTES - 1024;

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
  #bytes = 0;
  #tail: Promise<void> = Promise.resolve();
  #broken: Error | undefined;

  private constructor(file: FileHandle, key: Buffer, recordingId: string) {
    this.#file = file;
    this.#key = key;
    this.#recordingId = recordingId;
  }

  static async create(path: string, key: Buffer, recordingId: string): Promise<SessionJournal> {
    try {
      return new SessionJournal(await open(path, 'ax', 0o600), key, recordingId);
    } catch (error) {
      throw describeStorageError(error);
    }
  }

  /**
   * Appends entries; resolves once the operating system has them, which a killed process survives. Entries keep the
   * order of the calls. What the disk refuses, and what could not be read back, is left out whole, so that the other
   * entries can still be read. @throws HoldfastError `too_large`, `internal`, or what the disk says.
   */
  append(...entries: JournalEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      const plaintexts = entries.map(readable);
      const frames = plaintexts.map((plaintext, index) => {
        const context = entryContext(this.#recordingId, this.#count + index);
        return frameOf(sealBox(this.#key, plaintext, context, randomBytes));
      });
      try {
        await this.#file.appendFile(Buffer.concat(frames));
      } catch (error) {
        await this.#undo();
        throw error;
      }
      this.#count += frames.length;
      this.#bytes += frames.reduce((sum, frame) => sum + frame.length, 0);
    });
  }

  /** Flushes to the disk what was appended, so that a power cut does not take it. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#file.sync());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw describeStorageError(error);
    });
  }

  /** Cuts off the half of an entry that a full disk took; where even that fails, the journal ends here. */
  async #undo(): Promise<void> {
    try {
      await this.#file.truncate(this.#bytes);
    } catch (error) {
      this.#broken = error as Error;
    }
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

/** The bytes of an entry that `readJournal` will take: one that it refuses would cost the whole recording. */
function readable(entry: JournalEntry): Buffer {
  const text = JSON.stringify(entry);
  if (!journalEntrySchema.safeParse(JSON.parse(text)).success) {
    throw new HoldfastError(
      'internal',
      `An entry of the kind ${entry.type} does not fit the journal, so it was left out. Report this as a fault of Holdfast.`,
    );
  }
  const plaintext = Buffer.from(text);
  if (plaintext.length <= MOST_PLAIN_BYTES) return plaintext;
  throw new HoldfastError(
    'too_large',
    `An entry of the kind ${entry.type} is larger than a journal takes, so it was left out. Look at what the source sends.`,
  );
}

function frameOf(box: Buffer): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES + box.length);
  frame.writeUInt32BE(box.length);
  frame.writeUInt32BE(~box.length >>> 0, 4);
  box.copy(frame, FRAME_BYTES);
  return frame;
}

/** Reads a journal back. A torn last entry is dropped; a changed one fails with `integrity_failed`. */
export async function readJournal(path: string, key: Buffer, recordingId: string): Promise<JournalEntry[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw describeStorageError(error);
  });
  const entries: JournalEntry[] = [];
  let offset = 0;
  while (offset + FRAME_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(offset);
    if (~length >>> 0 !== bytes.readUInt32BE(offset + 4) || length > MAX_ENTRY_BYTES) {
      if (bytes.subarray(offset).every((byte) => byte === 0)) break; // a power cut can leave room that was never filled
      throw damaged();
    }
    const end = offset + FRAME_BYTES + length;
    if (end > bytes.length) break;
    const box = bytes.subarray(offset + FRAME_BYTES, end);
    const plain = openBox(key, box, entryContext(recordingId, entries.length));
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

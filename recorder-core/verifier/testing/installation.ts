/**
 * An installation in memory for tests: a real log with real keys, which records, holds, destroys and exports. It is
 * honest by itself; a test that wants a malicious producer changes the draft of an export before it is sealed.
 */
import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import type { Act } from '../../ledger/acts.ts';
import type { JsonValue } from '../../ledger/canonical-json.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import type { Opening } from '../../ledger/commitment.ts';
import { cosign, cosignerKeyText } from '../../ledger/cosignature.ts';
import { splitList } from '../../ledger/continued-lists.ts';
import { makeLeaf, placeLeaf, type LeafInput } from '../../ledger/leaf.ts';
import { leafHash, readRoot } from '../../ledger/merkle.ts';
import { consistencyProof, inclusionProof } from '../../ledger/proofs.ts';
import { noteSigner, parseNote, verifierKeyText } from '../../ledger/signed-note.ts';
import { MemoryLog } from '../../ledger/testing/memory-log.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';

/** Answers a time stamp over the bytes, as base64 of a TimeStampResp. */
export type Stamp = (message: Buffer) => string;

/** A part of a recording in the installation. */
export interface TestPart {
  readonly id: string;
  readonly kind: string;
  readonly bytes: Buffer;
  readonly ciphertextSha256: string;
  readonly derivedFrom?: readonly string[];
  destroyedAt: string | null;
}

/** A line of a history, as JSON. */
export interface TestLine {
  checkpoint: string;
  consistency: string[];
  timestamp: string | null;
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('hex');

/** See the file's comment. */
export class Installation {
  readonly tenant = randomUUID();
  readonly origin = `holdfast/tenant/${this.tenant}`;
  log = new MemoryLog();
  readonly openings: Opening[][] = [];
  readonly recordings = new Map<string, { state: string; readonly parts: TestPart[] }>();
  signingKey: KeyObject = generateKeyPairSync('ed25519').privateKey;
  readonly firstKey = this.signingKey;
  readonly witnesses: { readonly name: string; readonly key: KeyObject }[] = [];
  /** Without one there are no time stamps. */
  stamp: Stamp | undefined;
  /** The installation's own clock. */
  now: Date;
  readonly #ends = new Map<string, { readonly ordinal: number; readonly hash: string }>();
  /** Schema of the leaves made. */
  schema: 1 | 2 = 2;

  constructor(now = new Date()) {
    this.now = now;
  }

  /** What an honest trust file says; `authorities` are the certificates of the time stamps. */
  trust(authorities: readonly string[] = []): TrustFile {
    const from = new Date(this.now.getTime() - 86_400_000 * 365).toISOString();
    return {
      format: 'holdfast-trust/1',
      logs: [
        {
          origin: this.origin,
          keys: [{ key: verifierKeyText(this.origin, this.firstKey), from, until: null }],
        },
      ],
      witnesses: {
        quorum: this.witnesses.length,
        keys: this.witnesses.map(({ name, key }) => cosignerKeyText(name, key)),
      },
      timestamps: { required: this.stamp !== undefined, authorities },
    };
  }

  /** Enters an act whose list may be longer than a leaf. */
  listing(act: Act, id: string, facts: Readonly<Record<string, JsonValue>>, list: string): void {
    const object = { type: 'recording', id };
    for (const leaf of splitList({ act, at: this.now, object, outcome: 'done', facts }, list))
      this.act(leaf.act, object, { facts: leaf.facts ?? {} });
  }

  /** Enters an act; answers its index. */
  act(
    act: Act,
    object: LeafInput['object'],
    more: Partial<LeafInput> = {},
    personal: Record<string, string> = {},
  ): number {
    const input: LeafInput = { tenant: this.tenant, at: this.now, act, object, outcome: 'done', ...more };
    const { bytes, openings } = makeLeaf(input, personal, randomBytes);
    const key = `${object.type} ${object.id}`;
    const end = this.#ends.get(key);
    const placed =
      this.schema === 1
        ? Buffer.from(bytes.toString().replace('"v":2}', '"v":1}'))
        : placeLeaf(bytes, { ordinal: (end?.ordinal ?? 0) + 1, previous: end?.hash ?? null });
    this.#ends.set(key, { ordinal: (end?.ordinal ?? 0) + 1, hash: leafHash(placed).toString('base64') });
    this.openings.push([...openings]);
    return this.log.append(placed);
  }

  /** Records a call with parts of these contents; answers its id. */
  record(contents: readonly Buffer[] = [randomBytes(2_000), Buffer.from('{"caller":"+49301"}')]): string {
    const id = randomUUID();
    const parts = contents.map((bytes, at): TestPart => ({
      id: randomUUID(),
      kind: at === contents.length - 1 ? 'metadata' : 'media',
      bytes,
      ciphertextSha256: sha256(Buffer.concat([Buffer.from('sealed'), bytes])),
      destroyedAt: null,
    }));
    this.recordings.set(id, { state: 'retained', parts });
    this.listing('recording.sealed', id, { parts: parts.map(originOf) }, 'parts');
    this.act('recording.stored', { type: 'recording', id });
    this.act('recording.played', { type: 'recording', id }, {}, { actor: 'A. Müller' });
    return id;
  }

  /** A recording that was made; throws for any other. */
  recording(id: string): { state: string; readonly parts: TestPart[] } {
    const found = this.recordings.get(id);
    if (found === undefined) throw new Error(`there is no recording ${id}`);
    return found;
  }

  /** Makes a part from others of the recording. */
  derive(id: string, bytes = randomBytes(100)): TestPart {
    const { parts } = this.recording(id);
    const from = parts.filter(({ kind }) => kind === 'media');
    const part: TestPart = {
      id: randomUUID(),
      kind: 'waveform',
      bytes,
      ciphertextSha256: sha256(Buffer.from(`sealed ${bytes.toString('hex')}`)),
      derivedFrom: from.map((one) => one.id),
      destroyedAt: null,
    };
    const sources = from.map((one) => ({ id: one.id, sha256: sha256(one.bytes) }));
    this.listing('recording.derived', id, { parts: [originOf(part)], from: sources }, 'from');
    parts.push(part);
    return part;
  }

  /**
   * Cuts a span out of the first part of a recording, which must be a packet log, and destroys that part; `facts` changes what the
   * entry says. Answers the part without it.
   */
  cut(id: string, bytes: Buffer, kept: JsonValue, facts: Readonly<Record<string, JsonValue>> = {}): TestPart {
    const { parts } = this.recording(id);
    const origin = parts[0] as TestPart;
    const part: TestPart = {
      id: randomUUID(),
      kind: 'media',
      bytes,
      ciphertextSha256: sha256(Buffer.from(`sealed ${bytes.toString('hex')}`)),
      derivedFrom: [origin.id],
      destroyedAt: null,
    };
    const object = { type: 'recording', id };
    const span = { ground: 'card-data', line: '1', fromMs: 12_000, toMs: 19_500, packets: 1 };
    const cut = { id: randomUUID(), approval: randomUUID(), ...span, kept };
    const from = [{ id: origin.id, sha256: sha256(origin.bytes) }];
    this.act('recording.derived', object, { facts: { parts: [originOf(part)], from, cut, ...facts } });
    const tombstone = randomUUID();
    this.act('tombstone.written', object, { facts: { tombstone } });
    this.act('keys.destroyed', object, { facts: { tombstone, parts: [origin.id] } });
    this.act('parts.certified', object, { facts: { tombstone, parts: [origin.id] } });
    origin.destroyedAt = this.now.toISOString();
    parts.push(part);
    return part;
  }

  hold(id: string, act: 'hold.placed' | 'hold.released', holdId: string): void {
    this.act(act, { type: 'recording', id }, { facts: { holdId } });
  }

  /** Disposes of a recording; without a certificate it stays half done. */
  dispose(id: string, certificate = true): void {
    const recording = this.recording(id);
    const tombstone = randomUUID();
    const object = { type: 'recording', id };
    this.act('tombstone.written', object, { facts: { tombstone } });
    const parts = recording.parts.map((part) => part.id);
    this.listing('keys.destroyed', id, { parts, tombstone }, 'parts');
    for (const part of recording.parts) part.destroyedAt = this.now.toISOString();
    recording.state = certificate ? 'disposed' : 'disposing';
    if (certificate)
      this.act('disposal.certified', object, { facts: { tombstone }, digests: { certificate: 'ab' } });
  }

  /** A signed, cosigned and stamped checkpoint of the log at a size. */
  async note(size = this.log.size, log = this.log): Promise<string> {
    const root = await readRoot(size, log.readNode);
    const note = signCheckpoint(
      { origin: this.origin, size, root },
      noteSigner(this.origin, this.signingKey),
    );
    const { text } = parseNote(note);
    return note + this.witnesses.map(({ name, key }) => `${cosign(text, name, key, this.now)}\n`).join('');
  }

  /** A line that extends the log of size `after`. */
  async line(after: number, size = this.log.size, log = this.log): Promise<TestLine> {
    const checkpoint = await this.note(size, log);
    const proof = await consistencyProof(after, size, log.readNode);
    const timestamp = this.stamp?.(Buffer.from(parseNote(checkpoint).text)) ?? null;
    return { checkpoint, consistency: proof.map((hash) => hash.toString('base64')), timestamp };
  }

  /** An entry with its proof in the log of `size`. */
  async present(index: number, size: number, log = this.log) {
    const proof = await inclusionProof(index, size, log.readNode);
    return {
      index,
      leaf: String(log.entries[index]),
      openings: (this.openings[index] ?? []).map(({ name, salt, value }) => ({
        name,
        salt: salt.toString('base64'),
        value,
      })),
      proof: proof.map((hash) => hash.toString('base64')),
    };
  }
}

/** How the entry of its sealing names a part. */
export function originOf({ id, kind, bytes, ciphertextSha256 }: TestPart): JsonValue {
  return { id, kind, sha256: sha256(bytes), sha512: sha512(bytes), ciphertextSha256 };
}

/** Exports of a test installation, step by step, so that a test can put its hand in between any two. */
import { randomUUID } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../ledger/canonical-json.ts';
import { type Installation, sha256, sha512, type TestLine } from './installation.ts';
import { makeZip, type ZipFile } from './make-zip.ts';

type Presented = Awaited<ReturnType<Installation['present']>>;

/** A file of a draft. */
export interface DraftFile {
  path: string;
  role: string;
  bytes: Buffer;
}

/** What a bundle will consist of; everything in it may be changed before it is sealed. */
export interface Draft {
  manifest: Record<string, unknown> & {
    id: string;
    ledgerSize: number;
    recordings: { id: string; state: string; leaves: number; parts: Record<string, unknown>[] }[];
  };
  leaves: Presented[];
  history: TestLine[];
  files: DraftFile[];
}

/** A sealed bundle before it is packed. */
export interface Sealed {
  readonly manifest: Record<string, unknown>;
  readonly files: DraftFile[];
  seal: Presented & { history: TestLine[] };
}

/** What an export is about: by default every recording, at the checkpoints of these sizes and the present one. */
export interface ExportOptions {
  readonly recordings?: readonly string[];
  readonly sizes?: readonly number[];
  /** The hand of a malicious producer, who seals afterwards. */
  readonly tamper?: (draft: Draft) => void | Promise<void>;
  /** Entries, before the seal, of an installation that has gone on. */
  readonly meanwhile?: () => void;
}

/** Exports and packs in one go. */
export async function exportBundle(from: Installation, options: ExportOptions = {}): Promise<Buffer> {
  return packBundle(await sealDraft(from, await draftBundle(from, options), options));
}

/** All that goes into a bundle, before it is sealed. */
export async function draftBundle(from: Installation, options: ExportOptions = {}): Promise<Draft> {
  const ids = options.recordings ?? [...from.recordings.keys()];
  const size = from.log.size;
  const history: TestLine[] = [];
  let after = 0;
  for (const one of [...(options.sizes ?? []), size]) {
    history.push(await from.line(after, one));
    after = one;
  }
  const files: DraftFile[] = [];
  const recordings = ids.map((id) => describeRecording(from, id, files));
  files.push({ path: 'README.txt', role: 'reader', bytes: Buffer.from('Read me.') });
  const leaves = await leavesAbout(from, new Map(recordings.map((one) => [one.id, one])), size);
  const manifest = {
    format: 'holdfast-bundle/1',
    id: randomUUID(),
    origin: from.origin,
    createdAt: from.now.toISOString(),
    purpose: 'litigation',
    matter: null,
    recipient: { name: 'Dr. Ä. Example', watermark: 'w-1' },
    software: 'holdfast 0.1.0',
    ledgerSize: size,
    recordings,
  };
  const draft = { manifest, leaves, history, files };
  await options.tamper?.(draft);
  return draft;
}

function describeRecording(from: Installation, id: string, files: DraftFile[]) {
  const { state, parts } = from.recording(id);
  const listed = parts.map((part) => {
    const path = part.destroyedAt === null ? `recordings/${id}/parts/${part.id}` : null;
    if (path !== null) files.push({ path, role: 'part', bytes: part.bytes });
    const { kind, bytes, ciphertextSha256, destroyedAt, derivedFrom } = part;
    const digests = { sha256: sha256(bytes), sha512: sha512(bytes), ciphertextSha256 };
    const derived = derivedFrom === undefined ? {} : { derivedFrom };
    return {
      id: part.id,
      kind,
      label: null,
      version: 1,
      path,
      bytes: bytes.length,
      ...digests,
      destroyedAt,
      ...derived,
    };
  });
  files.push({ path: `recordings/${id}/metadata.json`, role: 'metadata', bytes: Buffer.from('{}') });
  return { id, state, leaves: 0, parts: listed };
}

async function leavesAbout(
  from: Installation,
  recordings: ReadonlyMap<string, { leaves: number }>,
  size: number,
): Promise<Presented[]> {
  const leaves: Presented[] = [];
  for (let index = 0; index < size; index += 1) {
    const { object } = JSON.parse(String(from.log.entries[index])) as { object: { id: string } };
    const recording = recordings.get(object.id);
    if (recording === undefined) continue;
    recording.leaves += 1;
    leaves.push(await from.present(index, size));
  }
  return leaves;
}

/** Seals a draft as it is: with the key of the log, whatever stands in it. */
export async function sealDraft(
  from: Installation,
  draft: Draft,
  options: ExportOptions = {},
): Promise<Sealed> {
  const files = [
    ...draft.files,
    { path: 'ledger/leaves.jsonl', role: 'ledger', bytes: lines(draft.leaves) },
    { path: 'ledger/history.jsonl', role: 'ledger', bytes: lines(draft.history) },
  ];
  const listed = files.map(({ path, role, bytes }) => ({
    path,
    role,
    bytes: bytes.length,
    sha256: sha256(bytes),
    sha512: sha512(bytes),
  }));
  const manifest = {
    ...draft.manifest,
    files: (draft.manifest['files'] as typeof listed | undefined) ?? listed,
  };
  options.meanwhile?.();
  const bytes = Buffer.from(canonicalJson(manifest as unknown as JsonValue));
  const index = from.act(
    'export.sealed',
    { type: 'export', id: draft.manifest.id },
    {
      digests: { manifestSha256: sha256(bytes) },
      facts: { recordings: draft.manifest.recordings.length, files: listed.length },
    },
    { actor: 'B. Officer' },
  );
  const presented = await from.present(index, from.log.size);
  return { manifest, files, seal: { ...presented, history: [await from.line(draft.manifest.ledgerSize)] } };
}

/** The files of a sealed bundle in their order. */
export function bundleFiles({ manifest, files, seal }: Sealed): ZipFile[] {
  return [
    ...files.map(({ path, bytes }): ZipFile => ({ path, bytes, descriptor: 16 })),
    { path: 'manifest.json', bytes: Buffer.from(canonicalJson(manifest as JsonValue)), descriptor: 16 },
    {
      path: 'seal/seal.json',
      bytes: Buffer.from(canonicalJson(seal as unknown as JsonValue)),
      descriptor: 16,
    },
  ];
}

/** The bytes of a sealed bundle. */
export function packBundle(sealed: Sealed): Buffer {
  return makeZip(bundleFiles(sealed));
}

function lines(values: readonly object[]): Buffer {
  return Buffer.from(values.map((value) => `${canonicalJson(value as JsonValue)}\n`).join(''));
}

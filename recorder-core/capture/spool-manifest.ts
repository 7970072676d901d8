import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { describeStorageError, syncDirectory } from '../vault/durable-file.ts';
import { generateDataKey, wrapDataKey } from '../vault/envelope.ts';
import { partContext } from '../vault/part-context.ts';
import type { Kek } from './kek-source.ts';

const base64 = z.base64().transform((text): Buffer => Buffer.from(text, 'base64'));

/** What a folder of the spool says about itself in the clear: ids and wrapped keys, nothing of the call. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  tenantId: z.uuid(),
  recordingId: z.uuid(),
  node: z.string(),
  region: z.string(),
  retentionClass: z.string(),
  kek: z.strictObject({
    id: z.uuid(),
    period: z.string(),
    provider: z.string(),
    rootKeyId: z.string(),
    wrapped: base64,
  }),
  journalKey: base64,
  parts: z.array(
    z.strictObject({
      id: z.uuid(),
      kind: z.enum(['media', 'metadata']),
      label: z.string().nullable(),
      wrappedKey: base64,
    }),
  ),
});
export type SpoolManifest = z.infer<typeof manifestSchema>;
export type SpoolPart = SpoolManifest['parts'][number];

const NAME = 'manifest.json';

/** What the key and the ciphertext of a part in the spool are bound to; the journal's is `journal`. */
export function contextOf(owner: Pick<SpoolManifest, 'tenantId' | 'recordingId'>, part: string): Buffer {
  return partContext({ tenant: owner.tenantId, recording: owner.recordingId, part, version: 1 });
}

/** The manifest of a recording before it has any media: ids and keys, the metadata part alone. */
export function newManifest(given: {
  readonly owner: Pick<SpoolManifest, 'tenantId' | 'recordingId' | 'node' | 'region' | 'retentionClass'>;
  readonly kek: Kek;
  readonly metadataId: string;
  readonly journalKey: Buffer;
}): SpoolManifest {
  const { owner, kek, metadataId, journalKey } = given;
  return {
    version: 1,
    ...owner,
    kek: {
      id: kek.id,
      period: kek.scope.period,
      provider: kek.provider,
      rootKeyId: kek.rootKeyId,
      wrapped: kek.wrapped,
    },
    journalKey: wrapDataKey(kek.key, journalKey, contextOf(owner, 'journal')),
    parts: [
      {
        id: metadataId,
        kind: 'metadata',
        label: null,
        wrappedKey: wrapDataKey(kek.key, generateDataKey(), contextOf(owner, metadataId)),
      },
    ],
  };
}

/**
 * Replaces the manifest in one step: a killed process leaves the old or the new one, never half of it. `durable` holds
 * against a power cut too; `soon-durable` only after `syncManifest`, and is for the first manifest of a folder, before
 * anything that needs it.
 */
export async function writeManifest(
  folder: string,
  manifest: SpoolManifest,
  safety: 'durable' | 'soon-durable' = 'durable',
): Promise<void> {
  const text = JSON.stringify(manifest, (_key, value: unknown) =>
    isBufferJson(value) ? Buffer.from(value.data).toString('base64') : value,
  );
  const next = join(folder, `${NAME}.next`);
  try {
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(text);
      if (safety === 'durable') await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, join(folder, NAME));
    if (safety === 'durable') await syncDirectory(folder);
  } catch (error) {
    throw describeStorageError(error);
  }
}

/** Flushes the manifest's content to the disk; its name needs the folder to be flushed as well. */
export async function syncManifest(folder: string): Promise<void> {
  const file = await open(join(folder, NAME), 'r').catch((error: unknown) => {
    throw describeStorageError(error);
  });
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads a manifest; undefined where the crash came before there was one, so nothing had been stored yet. */
export async function readManifest(folder: string): Promise<SpoolManifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, NAME), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw describeStorageError(error);
  }
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw damaged(parsed.error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A manifest in the spool is damaged, so its recording cannot be sealed. Keep the folder and restore its manifest from a backup.',
    { cause },
  );
}

/** JSON.stringify turns a Buffer into {type, data} before the replacer sees it. */
function isBufferJson(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
}

import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { describeStorageError, syncDirectory } from '../vault/durable-file.ts';

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

/** Replaces the manifest in one step: a crash leaves the old or the new one, never half of it. */
export async function writeManifest(folder: string, manifest: SpoolManifest): Promise<void> {
  const text = JSON.stringify(manifest, (_key, value: unknown) =>
    isBufferJson(value) ? Buffer.from(value.data).toString('base64') : value,
  );
  const next = join(folder, `${NAME}.next`);
  try {
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, join(folder, NAME));
    await syncDirectory(folder);
  } catch (error) {
    throw describeStorageError(error);
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

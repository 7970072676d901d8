import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const secrets = z.strictObject({ owner: z.string(), app: z.string(), dispatcher: z.string() });

/** Passwords of the embedded database's roles; made once, kept in the data folder, mode 0600. */
export type LocalSecrets = z.infer<typeof secrets>;

export async function openLocalSecrets(path: string): Promise<LocalSecrets> {
  const made = (): string => randomBytes(24).toString('base64url');
  try {
    await writeFile(path, JSON.stringify({ owner: made(), app: made(), dispatcher: made() }), {
      mode: 0o600,
      flag: 'wx',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return secrets.parse(JSON.parse(await readFile(path, 'utf8')));
}

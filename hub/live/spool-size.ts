import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of all files in the spool, one folder a recording. What vanishes while it is counted counts as nothing. */
export async function measureSpool(folder: string): Promise<number> {
  let bytes = 0;
  for (const recording of await readdir(folder).catch(() => [])) {
    const files = await readdir(join(folder, recording)).catch(() => []);
    for (const file of files) bytes += await sizeOf(join(folder, recording, file));
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
}

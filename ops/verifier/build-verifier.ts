/**
 * Makes the package of the verifier: one file that runs on Node alone, and its package.json. The same source and the
 * same lock file give the same bytes, on any machine and from any folder, so that anyone can compare what they were given.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = join(ROOT, 'recorder-core/verifier');
const NAME = 'holdfast-verify.mjs';

/** The text of the one file. */
export async function bundleVerifier(): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    envFile: false,
    logLevel: 'error',
    mode: 'production',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: join(PACKAGE, 'holdfast-verify.ts'),
      target: 'node20',
      minify: false,
      write: false,
      sourcemap: false,
      rolldownOptions: { cwd: ROOT, output: { format: 'es', codeSplitting: false, entryFileNames: NAME } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((one) => ('output' in one ? one.output : []));
  const [chunk] = chunks;
  if (chunks.length !== 1 || chunk?.type !== 'chunk')
    throw new Error('The verifier did not become one file.');
  return chunk.code;
}

/** Writes the package into a folder and answers the SHA-256 of the file, in hexadecimal. */
export async function writeVerifier(folder: string): Promise<string> {
  const text = await bundleVerifier();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, NAME), text, { mode: 0o755 });
  await copyFile(join(PACKAGE, 'package.json'), join(folder, 'package.json'));
  return createHash('sha256')
    .update(await readFile(join(folder, NAME)))
    .digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(ROOT, 'dist/verifier'));
  process.stdout.write(`${await writeVerifier(folder)}  ${join(folder, NAME)}\n`);
}

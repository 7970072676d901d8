import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the checkout. */
export const ROOT = join(import.meta.dirname, '../..');

const NOT_OURS = new Set(['node_modules', 'data', 'dist', 'coverage', '.git']);

/** Every file of ours whose name ends like this, from the root, sorted. Reads the folders, so new files count before they are committed. */
export function filesEndingIn(...endings: readonly string[]): string[] {
  return walk('')
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .sort();
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Text of a file of ours. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** True for a file or folder of ours. */
export function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** Which names an entry of a bundle may bear: such that no program on any system puts a file anywhere else. */

const SEGMENT = /^[A-Za-z0-9_=][A-Za-z0-9_=.-]{0,127}$/;
const MAX_SEGMENTS = 16;

/** Most bytes a permitted name has. */
export const MAX_PATH_BYTES = MAX_SEGMENTS * 129 - 1;

/** Why a name is not permitted; undefined when it is. */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it begins at the root of the disk';
  const segments = path.split('/');
  if (segments.includes('..') || segments.includes('.')) return 'it leads out of the bundle';
  if (segments.length > MAX_SEGMENTS) return `it has more than ${MAX_SEGMENTS} segments`;
  const bad = segments.find((segment) => !SEGMENT.test(segment) || segment.endsWith('.'));
  if (bad === undefined) return undefined;
  if (bad === '') return 'it has an empty segment';
  if (bad.length > 128) return 'a segment is longer than 128 characters';
  return 'it has characters that the format does not permit';
}

/** Collects names and finds the one that could overwrite another when a bundle is unpacked. */
export class PathSet {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** Adds a permitted name. Answers why it collides with one before it; undefined when it does not. */
  add(path: string): string | undefined {
    const name = path.toLowerCase();
    if (this.#files.has(name)) return 'the name is there twice, perhaps in another case';
    if (this.#folders.has(name)) return 'the name is also that of a folder';
    this.#files.add(name);
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      const folder = name.slice(0, at);
      if (this.#files.has(folder)) return 'a folder it lies in is also a file';
      this.#folders.add(folder);
    }
    return undefined;
  }
}

import { posix } from 'node:path';

/** A path that a document names, as written. */
export interface MentionedPath {
  readonly path: string;
  readonly line: number;
}

/** Ends like a source file or a document of ours; other endings are often files that the product makes. */
const SOURCE = /\.(ts|tsx|mts|mjs|cjs|sql|md)$/;
const TOP =
  /^(activities|admin-ui|connectors|docs|examples|hub|migrations|ops|recorder-core|test|workflows)\/|^\.\.?\//;
/** Holes that the reader fills (`<role>`), patterns, options. */
const NOT_A_PATH = /[<>*{}$:=\s()…]|^-|^@|^node_modules\/|^admin-ui\/dist|^\.\w+$/;

/** Every path in code spans and links: what begins with one of our folders, or ends like a source file. */
export function mentionedPaths(markdown: string): MentionedPath[] {
  return markdown.split('\n').flatMap((text, index) => {
    const spans = [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    return [...spans, ...links]
      .filter((path) => !NOT_A_PATH.test(path) && (SOURCE.test(path) || TOP.test(path)))
      .map((path) => ({ path, line: index + 1 }));
  });
}

/**
 * The file or folder that a mentioned path means: from the root, from the
 * document's folder, or, as a README names its own files, anywhere below that
 * folder. Undefined when there is none.
 */
export function resolvePath(path: string, document: string, files: readonly string[]): string | undefined {
  const folder = posix.dirname(document);
  const plain = posix.normalize(path).replace(/\/$/, '');
  const candidates = [plain, posix.normalize(posix.join(folder, plain))];
  const found = candidates.find(
    (candidate) =>
      candidate === '.' || files.some((file) => file === candidate || file.startsWith(`${candidate}/`)),
  );
  if (found !== undefined) return found;
  const below = folder === '.' ? '' : `${folder}/`;
  return files.find((file) => file.startsWith(below) && file.endsWith(`/${plain}`));
}

import { createHash } from 'node:crypto';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { configurationFile, type ConfigurationFile } from './configuration-file.ts';
import { FileFaults, writtenPath, type FileFault } from './file-faults.ts';
import { yamlFault } from './yaml-faults.ts';
import { lookThrough } from './yaml-nodes.ts';

/** A file that was read, with the places of its fields. */
export interface ReadFile {
  readonly source: string;
  readonly content: ConfigurationFile;
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string;
  /** Where a field stands, or the nearest thing around it that does. */
  fault(path: readonly (string | number)[], message: string): FileFault;
}

const MOST_BYTES = 4 * 1024 * 1024;
/** The parser looks for each among all of them. */
const MOST_ALIASES = 1000;
const TOO_OFTEN = 'The file refers to its own parts too often.';

/**
 * Reads a configuration file in YAML. Pure but for the hash.
 * @throws FileFaults with every fault of the text and of its fields, each with its line.
 */
export function readConfigurationFile(source: string, text: string): ReadFile {
  const whole = (message: string) => new FileFaults(source, [{ line: 1, column: 1, path: '', message }]);
  if (Buffer.byteLength(text) > MOST_BYTES) throw whole('The file is larger than 4 MiB.');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false, // `lookThrough` sees them: the parser's own way takes the square of their number
    prettyErrors: false,
    logLevel: 'error', // a warning would be written, with what it is about, to standard error
    stringKeys: true,
  });
  // A warning is a refusal too: YAML would take what stands there otherwise than it was meant, such as a tag it does not know.
  const { wrong, aliases } = lookThrough(document);
  if (aliases > MOST_ALIASES) throw whole(TOO_OFTEN);
  const refused = [...document.errors, ...document.warnings, ...wrong];
  if (refused.length > 0)
    throw new FileFaults(
      source,
      refused.map(({ pos, code }) => ({ ...placeOf(lines, pos[0]), path: '', message: yamlFault(code) })),
    );
  const fault = (path: readonly (string | number)[], message: string): FileFault => ({
    ...placeOf(lines, offsetOf(document, path)),
    path: writtenPath(path),
    message,
  });
  const parsed = configurationFile.safeParse(plain(document, whole));
  if (!parsed.success)
    throw new FileFaults(
      source,
      parsed.error.issues.map(({ path, message }) => fault(path.map(part), `${message}.`)),
    );
  const twice = [...namesTwice(parsed.data, 'connections'), ...namesTwice(parsed.data, 'webhooks')];
  if (twice.length > 0)
    throw new FileFaults(
      source,
      twice.map((path) => fault(path, 'This name stands in the file before. Give each its own.')),
    );
  return { source, content: parsed.data, digest: createHash('sha256').update(text).digest('hex'), fault };
}

function plain(document: Document, whole: (message: string) => FileFaults): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw whole(TOO_OFTEN);
  }
}

/** Where names stand that stood before; capital letters alone tell connections apart, and not webhooks. */
function namesTwice(file: ConfigurationFile, list: 'connections' | 'webhooks'): (string | number)[][] {
  const seen = new Set<string>();
  return file[list].flatMap(({ name }, index) => {
    const known = list === 'webhooks' ? name.toLowerCase() : name;
    if (seen.has(known)) return [[list, index, 'name']];
    seen.add(known);
    return [];
  });
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function placeOf(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function part(path: PropertyKey): string | number {
  return typeof path === 'number' ? path : String(path);
}

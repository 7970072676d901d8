/** The package of the Salesforce connector as its files say it: what the double deploys, and what tests compare with. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that is deployed. */
export const PACKAGE = join(import.meta.dirname, '../../../connectors/salesforce/package/main/default');

/** An element without attributes (the name space of the root apart): its text, or its children. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** A field as the package defines it. */
export interface PackageField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly scale: number;
  readonly required: boolean;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly formula: string | undefined;
  readonly referenceTo: string | undefined;
}

/** Objects of the package with their fields, by name. */
export function packageObjects(): Map<string, PackageField[]> {
  const objects = join(PACKAGE, 'objects');
  return new Map(
    readdirSync(objects).map((object) => {
      const folder = join(objects, object, 'fields');
      const files = existsSync(folder) ? readdirSync(folder) : [];
      return [object, files.map((file) => fieldOf(readMetadata(join(folder, file))))];
    }),
  );
}

/** Reads one file of metadata; throws where it is not well-formed. */
export function readMetadata(path: string): Element {
  return parseMetadata(readFileSync(path, 'utf8'));
}

/** The text of a child, undefined where there is none. */
export function textOfChild(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/**
 * Parses the XML that metadata is: elements, texts and the five entities; no attributes but the name space, no comments. What
 * is outside of that is refused.
 */
export function parseMetadata(xml: string): Element {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '');
  const tokens = body.match(/<[^<>]*>|[^<>]+/g) ?? [];
  if (tokens.join('') !== body) throw new Error('There are stray angle brackets.');
  const root: Building = { name: '', text: '', children: [] };
  const open = [root];
  for (const token of tokens) {
    const top = open.at(-1)!;
    const start = /^<(\w+)( xmlns="http:\/\/soap\.sforce\.com\/2006\/04\/metadata")?>$/.exec(token);
    const end = /^<\/(\w+)>$/.exec(token);
    if (start !== null) {
      if ((start[2] !== undefined) !== (open.length === 1)) throw new Error('The name space is misplaced.');
      const child: Building = { name: start[1]!, text: '', children: [] };
      top.children.push(child);
      open.push(child);
    } else if (end !== null) {
      if (open.pop()?.name !== end[1]) throw new Error(`"${token}" closes nothing.`);
    } else if (token.startsWith('<')) {
      throw new Error(`"${token}" is not an element of metadata.`);
    } else if (token.trim() !== '') {
      if (open.length === 1) throw new Error('There is text outside of the root.');
      top.text += unescape(token);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || only === undefined || root.children.length !== 1)
    throw new Error('There is no one root.');
  return only;
}

interface Building extends Element {
  text: string;
  readonly children: Building[];
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(\w*;?)/g, (_all, name: string) => {
    const found = name.endsWith(';') ? ENTITIES[name.slice(0, -1)] : undefined;
    if (found === undefined) throw new Error(`"&${name}" is no entity.`);
    return found;
  });
}

function fieldOf(element: Element): PackageField {
  const text = (name: string): string | undefined => textOfChild(element, name);
  return {
    name: text('fullName') ?? '',
    label: text('label') ?? '',
    type: text('type') ?? '',
    length: Number(text('length') ?? (text('type') === 'Url' ? 255 : 0)),
    scale: Number(text('scale') ?? 0),
    required: text('required') === 'true',
    unique: text('unique') === 'true',
    externalId: text('externalId') === 'true',
    formula: text('formula'),
    referenceTo: text('referenceTo'),
  };
}

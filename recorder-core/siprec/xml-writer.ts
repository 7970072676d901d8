import type { XmlElement } from './xml-tree.ts';

/** Attributes by name; undefined ones are left out. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** Writes an element. `content` is markup that is already written, or nothing. */
export function xmlElement(
  name: string,
  attributes: XmlAttributes = {},
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('');
  const inside = content.join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** Writes an element that holds text. */
export function xmlText(name: string, text: string, attributes: XmlAttributes = {}): string {
  return xmlElement(name, attributes, [escapeXml(text)]);
}

/** Writes a tree as it was read, each element with its own namespace. */
export function xmlTree(element: XmlElement): string {
  const attributes = {
    xmlns: element.namespace === '' ? undefined : element.namespace,
    ...element.attributes,
  };
  return xmlElement(element.name, attributes, [escapeXml(element.text), ...element.children.map(xmlTree)]);
}

/** Writes a document with its declaration. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Characters that XML 1.0 section 2.2 does not allow at all, lone surrogates among them. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}

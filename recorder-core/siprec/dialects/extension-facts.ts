import type { CallFact, ExtensionData } from '../metadata.ts';
import type { SipRequest } from '../../sip/message.ts';
import type { XmlElement } from '../xml-tree.ts';

/** Names of a vendor's elements and what they tell. */
export type FactNames = Readonly<Record<string, CallFact['name']>>;

/** Longest value kept of a fact: a longer one is no identifier. */
const MAX_VALUE = 512;

/** The facts in extension data at any depth, by element name; those of a document's own parent keep their subject. */
export function extensionFacts(extensions: readonly ExtensionData[], names: FactNames): CallFact[] {
  return extensions.flatMap(({ element, parentId }) => factsIn(element, parentId, names));
}

/** The text of the first element of a local name, at any depth; undefined when there is none or it is empty. */
export function findText(elements: readonly XmlElement[], name: string): string | undefined {
  return findElement(elements, name)?.text || undefined;
}

/** The first element of a local name, at any depth. */
export function findElement(elements: readonly XmlElement[], name: string): XmlElement | undefined {
  for (const element of elements) {
    const found = element.name === name ? element : findElement(element.children, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A header as a fact, its parameters left out. */
export function headerFact(request: SipRequest, header: string, name: CallFact['name']): CallFact[] {
  const value = request.headers.get(header)?.split(';', 1)[0]?.trim().slice(0, MAX_VALUE);
  return value ? [{ name, value }] : [];
}

/** True when the headers say that the body is delimited by this vendor's fixed boundary. */
export function hasBoundary(request: SipRequest, boundary: string): boolean {
  const contentType = request.headers.get('Content-Type') ?? '';
  const stated = /;\s*boundary\s*=\s*"?([^";]+)/i.exec(contentType)?.[1]?.trim();
  return stated === boundary;
}

/** True when the User-Agent (or Server) header of the request fits. */
export function isUserAgent(request: SipRequest, pattern: RegExp): boolean {
  return pattern.test(request.headers.get('User-Agent') ?? request.headers.get('Server') ?? '');
}

function factsIn(element: XmlElement, subjectId: string | undefined, names: FactNames): CallFact[] {
  const name = names[element.name];
  const inner = element.children.flatMap((item) => factsIn(item, subjectId, names));
  if (name === undefined || element.text === '') return inner;
  const value = element.text.slice(0, MAX_VALUE);
  return [{ name, value, ...(subjectId !== undefined && { subjectId }) }, ...inner];
}

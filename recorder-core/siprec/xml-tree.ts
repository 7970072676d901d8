import { SaxesParser } from 'saxes';
import { HoldfastError } from '../errors.ts';

/** An element with its namespace; `text` is the trimmed text directly inside it. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** By local name: prefixes on attributes carry no meaning in any dialect. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Bounds on one document, so that no sender can make reading it expensive. */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
}

/** The recorder's limits: real documents stay below 10 KiB, depth 8 and 100 elements. */
export const XML_LIMITS: XmlLimits = { maxBytes: 64 * 1024, maxDepth: 16, maxElements: 4096 };

/** A document as a tree, and whether it needed leniency. */
export interface XmlDocument {
  readonly root: XmlElement;
  readonly lenient: boolean;
}

/** Faults that leave no doubt about what was meant: real sources send them, so they are forgiven. */
const FORGIVEN = [/unbound namespace prefix/, /unquoted attribute value/];

interface OpenElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
  readonly children: XmlElement[];
}

/**
 * Reads an XML document of up to `limits` into a tree. A byte order mark is dropped.
 *
 * @throws HoldfastError `too_large` beyond a limit; `invalid_input` for a DTD, an entity that is
 * not one of XML's own five, or a document that is not well-formed.
 */
export function readXml(bytes: Buffer, limits: XmlLimits = XML_LIMITS): XmlDocument {
  if (bytes.length > limits.maxBytes) {
    throw tooLarge(`is longer than ${limits.maxBytes} bytes`);
  }
  const builder = new TreeBuilder(limits);
  const parser = new SaxesParser({ xmlns: true });
  parser.on('doctype', () => {
    throw unreadable('holds a document type declaration, which recording metadata never needs');
  });
  parser.on('error', (error) => {
    builder.forgive(error);
  });
  parser.on('opentag', (tag) => {
    const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') {
        attributes[attribute.local] = attribute.value;
      }
    }
    builder.open({ namespace: tag.uri, name: tag.local, attributes, text: '', children: [] });
  });
  parser.on('text', (text) => {
    builder.text(text);
  });
  parser.on('cdata', (text) => {
    builder.text(text);
  });
  parser.on('closetag', () => {
    builder.close();
  });
  parser.write(decode(bytes)).close();
  return builder.finish();
}

class TreeBuilder {
  readonly #limits: XmlLimits;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #root: XmlElement | undefined;
  #lenient = false;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
  }

  forgive(error: Error): void {
    if (!FORGIVEN.some((pattern) => pattern.test(error.message))) {
      throw unreadable('is not well-formed XML', error);
    }
    this.#lenient = true;
  }

  open(element: OpenElement): void {
    this.#elements += 1;
    if (this.#elements > this.#limits.maxElements) {
      throw tooLarge(`holds more than ${this.#limits.maxElements} elements`);
    }
    this.#open.push(element);
    if (this.#open.length > this.#limits.maxDepth) {
      throw tooLarge(`is nested deeper than ${this.#limits.maxDepth} levels`);
    }
  }

  text(text: string): void {
    const current = this.#open.at(-1);
    if (current !== undefined) current.text += text;
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    element.text = element.text.trim();
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root ??= element;
    else parent.children.push(element);
  }

  finish(): XmlDocument {
    if (this.#root === undefined) throw unreadable('holds no element');
    return { root: this.#root, lenient: this.#lenient };
  }
}

/** UTF-8 unless a byte order mark or the declaration says otherwise. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const declared = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)/.exec(bytes.toString('latin1', start, 200));
  const latin = declared?.[1] !== undefined && /^(iso-8859-1|latin-?1|windows-1252)$/i.test(declared[1]);
  // Blanks before the declaration and zero bytes after the end are not well-formed, yet some sources send them.
  return bytes
    .toString(latin ? 'latin1' : 'utf8', start)
    .trimStart()
    .replace(/\0+$/, '');
}

function unreadable(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The recording metadata ${what}, so it was not applied; correct the document at the source.`,
    cause === undefined ? {} : { cause },
  );
}

function tooLarge(what: string): HoldfastError {
  return new HoldfastError(
    'too_large',
    `The recording metadata ${what}, so it was not applied; send a smaller document or a partial update.`,
  );
}

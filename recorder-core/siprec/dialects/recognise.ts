import { DIALECTS } from './registry.ts';
import type { SipRequest } from '../../sip/message.ts';
import type { CallFact } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

/** The vendor of a document, else of the request it came in; undefined when neither tells. Pure. */
export function recogniseDialect(
  root: XmlElement | undefined,
  request: SipRequest | undefined,
): Dialect | undefined {
  const byDocument = root && DIALECTS.find((dialect) => dialect.recognises?.(root));
  return byDocument ?? (request && DIALECTS.find((dialect) => dialect.sends?.(request)));
}

/** What the headers of a request tell of the call, in any vendor's words. Pure. */
export function headerFacts(request: SipRequest): CallFact[] {
  return DIALECTS.flatMap((dialect) => dialect.headerFacts?.(request) ?? []);
}

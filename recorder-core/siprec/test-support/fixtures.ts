import { readFileSync } from 'node:fs';
import { parseMessage, type SipRequest } from '../../sip/message.ts';

/**
 * A request as a vendor's source writes it: `fixture('oracle/invite')`. The files hold text with bare
 * line ends, which become CRLF; a Content-Length is left out, so the body reaches to the end.
 */
export function fixture(name: string): SipRequest {
  const text = readFileSync(new URL(`../dialects/fixtures/${name}.sip`, import.meta.url), 'utf8');
  const message = parseMessage(text.replaceAll('\n', '\r\n'));
  if (message.kind !== 'request') throw new Error(`${name} is no request`);
  return message;
}

import { parseParams, type Params } from './params.ts';
import { trimBlanks } from './quoted-text.ts';

/** A media type, or a Content-Disposition, with its parameters. */
export interface ContentType {
  /** Lower-case, without parameters: `application/sdp`. */
  readonly type: string;
  readonly params: Params;
}

/** Reads a Content-Type or Content-Disposition value (RFC 3261 section 20.15, 20.11). Never throws. */
export function parseContentType(text: string): ContentType {
  const end = text.indexOf(';');
  const type = (end === -1 ? text : text.slice(0, end)).split('/').map(trimBlanks).join('/').toLowerCase();
  return { type, params: parseParams(end === -1 ? '' : text.slice(end + 1)) };
}

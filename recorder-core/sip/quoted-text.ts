/** Cuts text where SIP's separators stand outside quoted strings and angle brackets (RFC 3261 section 25.1). */

/**
 * Splits on `separator` where it stands outside "quoted strings" and <angle brackets>. Pieces are trimmed of
 * spaces and tabs; an unclosed quote or bracket reaches to the end of the text. Never throws.
 */
export function splitUnquoted(text: string, separator: ',' | ';'): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"' && !bracketed) quoted = true;
    else if (char === '<') bracketed = true;
    else if (char === '>') bracketed = false;
    else if (char === separator && !bracketed) {
      pieces.push(trimBlanks(text.slice(start, at)));
      start = at + 1;
    }
  }
  pieces.push(trimBlanks(text.slice(start)));
  return pieces;
}

/** Removes the quotes and the backslash escapes of a quoted string; other text is returned unchanged. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** Writes text as a quoted string; `unquote` gives it back. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Removes spaces and tabs at both ends, and nothing else (JavaScript's trim also takes line and no-break spaces). */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

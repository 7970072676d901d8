import type { ErrorCode } from 'yaml';

/**
 * What people write by mistake most, in words of ours. What the parser says may repeat a part of the file, and there may be a secret
 * in it.
 */
const SAID: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'A text that begins with "*" or "&" needs quotes.',
  DUPLICATE_KEY: 'This key stands in the same place before. Give it once.',
  MULTIPLE_DOCS: 'A second document begins here. Give each its own file.',
  NON_STRING_KEY: 'A key is a text. Put one that begins with "{" or "[" in quotes.',
  TAB_AS_INDENT: 'Indent by spaces, not by tabs.',
  TAG_RESOLVE_FAILED: 'A text that begins with "!" needs quotes.',
};

/** What is wrong with YAML at a place, by the code of the parser (`yaml`, eemeli); never a part of the file. */
export function yamlFault(code: ErrorCode): string {
  return SAID[code] ?? `This is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}).`;
}

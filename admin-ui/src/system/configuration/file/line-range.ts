/** Where a line of a text begins and ends, lines from 1; the end of the text where there are fewer. Pure. */
export function lineRange(text: string, line: number): readonly [number, number] {
  const lines = text.split('\n');
  const from = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  if (line > lines.length) return [text.length, text.length];
  return [from, from + (lines[line - 1]?.length ?? 0)];
}

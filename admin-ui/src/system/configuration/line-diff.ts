/** What differs between two texts, line by line. */

/** A line of both, of the former only, or of the later only. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Larger tables are not made: both texts are shown whole then, the former as removed. */
const MOST_CELLS = 4_000_000;

/** The shortest way from the one to the other that keeps whole lines (longest common subsequence). Pure. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  if (old.length * now.length > MOST_CELLS)
    return [...old.map((text) => line('removed', text)), ...now.map((text) => line('added', text))];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        old[i] === now[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [one, other] = [old[i], now[j]];
    if (one !== undefined && one === other) {
      lines.push(line('same', one));
      [i, j] = [i + 1, j + 1];
    } else if (
      one !== undefined &&
      (other === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push(line('removed', one));
      i += 1;
    } else {
      lines.push(line('added', other ?? ''));
      j += 1;
    }
  }
  return lines;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text };
}

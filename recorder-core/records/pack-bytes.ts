/**
 * Many byte strings as three values for a statement: all of them one after the other, where each begins, counted from
 * 1 as `substring` does, and how long it is. An array of them would travel as text, two letters a byte.
 */
export function packBytes(
  items: readonly Buffer[],
): readonly [all: Buffer, starts: readonly number[], lengths: readonly number[]] {
  let next = 1;
  const starts = items.map(({ length }) => {
    const start = next;
    next += length;
    return start;
  });
  return [Buffer.concat(items), starts, items.map(({ length }) => length)];
}

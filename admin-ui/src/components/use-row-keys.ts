import { useCallback } from 'react';
import type { KeyboardEvent, RefObject } from 'react';

/** How long a row may take to come into the page after it was scrolled to. */
const FRAMES = 20;

/** Where a key leads from a row; undefined where it means nothing here. Pure. */
export function rowAfterKey(key: string, at: number, count: number): number | undefined {
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 }[key];
  return target === undefined || target < 0 || target >= count || target === at ? undefined : target;
}

/** The arrow keys, Home and End go from the link of a row to that of another; Enter opens it, as any link. */
export function useRowKeys(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  reveal: (index: number) => void,
): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      const { target } = event;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!(target instanceof HTMLAnchorElement)) return;
      const row = target.closest<HTMLTableRowElement>('tr[data-index]');
      // Of several links in a row the first one is the row's own.
      if (row === null || row.querySelector('a') !== target) return;
      const next = rowAfterKey(event.key, Number(row.dataset['index']), count);
      if (next === undefined) return;
      event.preventDefault();
      focusRow(table, next, reveal, FRAMES);
    },
    [table, count, reveal],
  );
}

function focusRow(
  table: RefObject<HTMLTableElement | null>,
  index: number,
  reveal: (index: number) => void,
  frames: number,
): void {
  const link = table.current?.querySelector<HTMLAnchorElement>(`tr[data-index="${String(index)}"] a`);
  if (link !== null && link !== undefined) {
    link.focus();
    return;
  }
  if (frames === FRAMES) reveal(index);
  if (frames > 0)
    requestAnimationFrame(() => {
      focusRow(table, index, reveal, frames - 1);
    });
}

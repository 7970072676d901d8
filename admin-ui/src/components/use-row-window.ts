import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';

/** Up to here all rows are in the page: the browser's own search finds them, and nothing is gained by less. */
const ALL_UP_TO = 60;
const USUAL_HEIGHT = 45;
/** Rows beyond the window that are there already, so that scrolling shows no gap and the keys find their row. */
const BEYOND = 15;

/** Which rows of a long table are in the page, and how much room the others take. */
export interface RowWindow {
  readonly first: number;
  /** The one after the last. */
  readonly last: number;
  /** Pixels above and below. */
  readonly before: number;
  readonly after: number;
  readonly measure: (element: HTMLTableRowElement | null) => void;
  /** Scrolls to a row that may not be in the page. */
  readonly reveal: (index: number) => void;
}

/** Follows the scrolling of the window; `whole` puts every row into the page. */
export function useRowWindow(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  whole: boolean,
): RowWindow {
  const few = whole || count <= ALL_UP_TO;
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = table.current;
    if (element === null) return;
    const body = element.tBodies[0] ?? element;
    const now = Math.round(body.getBoundingClientRect().top + window.scrollY);
    if (Math.abs(now - top) > 1) setTop(now);
  });
  const rows = useWindowVirtualizer({
    count: few ? 0 : count,
    estimateSize: () => USUAL_HEIGHT,
    overscan: BEYOND,
    scrollMargin: top,
  });
  const items = rows.getVirtualItems();
  const [start, end] = [items[0], items.at(-1)];
  if (few || start === undefined || end === undefined)
    return {
      first: 0,
      last: few ? count : Math.min(count, ALL_UP_TO),
      before: 0,
      after: few ? 0 : Math.max(0, count - ALL_UP_TO) * USUAL_HEIGHT,
      measure: () => undefined,
      reveal: () => undefined,
    };
  return {
    first: start.index,
    last: end.index + 1,
    before: start.start - top,
    after: rows.getTotalSize() - (end.end - top),
    measure: rows.measureElement,
    reveal: (index) => {
      rows.scrollToIndex(index);
    },
  };
}

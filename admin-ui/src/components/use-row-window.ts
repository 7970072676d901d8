import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';

/** Up to here all rows are in the page: the browser's own search finds them, and nothing is gained by less. */
const ALL_UP_TO = 60;
const USUAL_HEIGHT = 45;
/** Rows beyond the window that are there already, so that scrolling shows no gap and the keys find their row. */
const BEYOND = 10;
/** Rows drawn before it is known how many the window has room for. */
const AT_FIRST = 30;

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
  const top = useTop(table);
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
      last: few ? count : AT_FIRST,
      before: 0,
      after: few ? 0 : (count - AT_FIRST) * USUAL_HEIGHT,
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

/**
 * How far below the top of the page the rows begin. What stands above them makes the page higher when it grows, so it is
 * measured again then and not for every row that scrolls by: to ask for it makes the browser lay out the page at once.
 */
function useTop(table: RefObject<HTMLTableElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const look = () => {
      const body = table.current?.tBodies[0];
      if (body === undefined) return;
      const now = Math.round(body.getBoundingClientRect().top + window.scrollY);
      setTop((before) => (Math.abs(now - before) > 1 ? now : before));
    };
    look();
    const watching = new ResizeObserver(look);
    watching.observe(document.body);
    return () => {
      watching.disconnect();
    };
  }, [table]);
  return top;
}

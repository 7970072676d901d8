import type { ReactNode } from 'react';
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';

/** The order of a list; headings of these columns are buttons. */
export interface TableOrder {
  readonly columns: readonly string[];
  readonly by: string;
  readonly descending: boolean;
  readonly onPress: (column: string) => void;
}

interface OrderButtonProps {
  readonly order: TableOrder;
  readonly column: string;
  readonly children: ReactNode;
}

/** A heading that orders the list; the heading itself says to screen readers how, the arrow to everybody else. */
export function OrderButton({ order, column, children }: OrderButtonProps) {
  const { by, descending, onPress } = order;
  const Arrow = by !== column ? ArrowUpDown : descending ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className="-mx-1.5 -my-1 inline-flex min-h-6 items-center gap-1 rounded px-1.5 hover:bg-sunken hover:text-ink"
      onClick={() => {
        onPress(column);
      }}
    >
      {children}
      <Arrow aria-hidden className={by === column ? 'size-3.5 text-ink' : 'size-3.5 opacity-50'} />
    </button>
  );
}

import { memo, useEffect, useRef, useState } from 'react';
import { flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';
import type { Cell, Column, ColumnDef, Header, Row as TableRow, RowData } from '@tanstack/react-table';
import { flushSync } from 'react-dom';
import { cn } from './cn.ts';
import { readTable } from './list-csv.ts';
import { ListFooter } from './list-footer.tsx';
import { OrderButton } from './order-button.tsx';
import type { TableOrder } from './order-button.tsx';
import { useRowKeys } from './use-row-keys.ts';
import { useRowWindow } from './use-row-window.ts';

declare module '@tanstack/react-table' {
  // The library's own way to give a column extra facts.
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Classes of the column's cells and its header, such as those that hide it on a phone. */
    readonly className?: string;
    /** Marks the cell that names its row. */
    readonly rowHeader?: boolean;
    readonly never?: [TData, TValue];
  }
}

interface DataTableProps<Row> {
  /** Says what the table lists; read by screen readers, and the name of the file that it is saved as. */
  readonly caption: string;
  // The second parameter differs by column and is not used by the table.
  readonly columns: ColumnDef<Row, never>[];
  readonly rows: Row[];
  readonly rowId: (row: Row) => string;
  /** Rows answer to the pointer because one link covers each of them. */
  readonly linked?: boolean;
  /** Ids of the columns that are not shown; left out, the table lets people choose and remembers it while it is there. */
  readonly hidden?: readonly string[];
  /** False where the page has its own way to save all that the server knows. */
  readonly footer?: boolean;
  /** Where the hub sends all of the list as CSV, under the filters of the page. */
  readonly file?: string;
  /** Called when the end of what is loaded comes into sight. */
  readonly onEnd?: () => void;
  /** Where the server orders the list: by which column, and what to do when a heading is pressed. */
  readonly order?: TableOrder;
}

/**
 * A real table from column definitions. Of many rows only those in sight are in the page. The arrow keys, Home and End go
 * from row to row, Enter opens; what it shows can be saved as CSV.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowId, linked = false, footer = true, file, onEnd, order } = props;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [whole, setWhole] = useState(false);
  const place = useRef<HTMLTableElement>(null);
  const hidden = props.hidden ?? chosen;
  const table = useReactTable({
    data: rows,
    columns: columns as ColumnDef<Row>[],
    state: { columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])) },
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
  });
  const shown = table.getRowModel().rows;
  const { first, last, before, after, measure, reveal } = useRowWindow(place, shown.length, whole);
  const onKeyDown = useRowKeys(place, shown.length, reveal);
  useEffect(() => {
    if (last >= shown.length) onEnd?.();
  }, [last, shown.length, onEnd]);
  const read = () => {
    flushSync(() => {
      setWhole(true);
    });
    const cells = place.current === null ? [] : readTable(place.current);
    setWhole(false);
    return cells;
  };
  return (
    <>
      <table
        ref={place}
        className="w-full border-collapse text-left"
        aria-rowcount={shown.length + 1}
        onKeyDown={onKeyDown}
      >
        <caption className="sr-only">{caption}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b border-line bg-sunken/60">
              {group.headers.map((header) => (
                <HeaderCell key={header.id} header={header} order={order} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={before} />
          {shown.slice(first, last).map((row, at) => (
            <BodyRow
              key={row.id}
              row={row}
              index={first + at}
              columns={table.getVisibleLeafColumns()}
              linked={linked}
              measure={measure}
            />
          ))}
          <Spacer height={after} />
        </tbody>
      </table>
      {footer && (
        <ListFooter
          caption={caption}
          file={file}
          rows={rows.length}
          read={read}
          columns={table.getAllLeafColumns().map(({ id, columnDef: { header, meta } }) => ({
            id,
            label: typeof header === 'string' ? header : '',
            fixed: meta?.rowHeader === true,
          }))}
          hidden={hidden}
          onHidden={setChosen}
        />
      )}
    </>
  );
}

/** Stands for the rows that are not in the page. */
function Spacer({ height }: { readonly height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td className="p-0" style={{ height }} />
    </tr>
  );
}

interface BodyRowProps<Row> {
  readonly row: TableRow<Row>;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly linked: boolean;
  readonly measure: (element: HTMLTableRowElement | null) => void;
}

/** Drawn again when it shows something else, and not when the list scrolls past it or grows. */
const BodyRow = memo(DrawnRow, (before, after) => {
  const { row, ...others } = after;
  return (
    before.row.original === row.original &&
    (Object.keys(others) as (keyof typeof others)[]).every((name) => before[name] === after[name])
  );
}) as typeof DrawnRow;

function DrawnRow<Row>({ row, index, linked, measure }: BodyRowProps<Row>) {
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={cn('border-b border-line last:border-0', linked && 'relative hover:bg-sunken/60')}
    >
      {row.getVisibleCells().map((cell) => (
        <BodyCell key={cell.id} cell={cell} />
      ))}
    </tr>
  );
}

interface HeaderCellProps<Row> {
  readonly header: Header<Row, unknown>;
  readonly order: TableOrder | undefined;
}

function HeaderCell<Row>({ header, order }: HeaderCellProps<Row>) {
  const { id, columnDef } = header.column;
  const title = flexRender(columnDef.header, header.getContext());
  const direction = order?.descending === true ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={order?.by === id ? direction : undefined}
      className={cn(
        'px-3 py-2 text-xs font-medium whitespace-nowrap text-quiet first:pl-4',
        columnDef.meta?.className,
      )}
    >
      {order?.columns.includes(id) === true ? (
        <OrderButton order={order} column={id}>
          {title}
        </OrderButton>
      ) : (
        title
      )}
    </th>
  );
}

function BodyCell<Row>({ cell }: { readonly cell: Cell<Row, unknown> }) {
  const { meta, cell: render } = cell.column.columnDef;
  const className = cn('px-3 py-2.5 align-top first:pl-4', meta?.className);
  const content = flexRender(render, cell.getContext());
  if (meta?.rowHeader === true) {
    return (
      <th scope="row" className={cn(className, 'font-normal')}>
        {content}
      </th>
    );
  }
  return <td className={className}>{content}</td>;
}

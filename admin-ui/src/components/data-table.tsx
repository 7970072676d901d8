import { flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';
import type { Cell, ColumnDef, Header, RowData } from '@tanstack/react-table';
import { cn } from './cn.ts';

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
  /** Says what the table lists; read by screen readers. */
  readonly caption: string;
  // The second parameter differs by column and is not used by the table.
  readonly columns: ColumnDef<Row, never>[];
  readonly rows: Row[];
  readonly rowId: (row: Row) => string;
  /** Rows answer to the pointer because one link covers each of them. */
  readonly linked?: boolean;
}

/** A real table from column definitions. */
export function DataTable<Row>({ caption, columns, rows, rowId, linked = false }: DataTableProps<Row>) {
  const table = useReactTable({
    data: rows,
    columns: columns as ColumnDef<Row>[],
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
  });
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} className="border-b border-line bg-sunken/60">
            {group.headers.map((header) => (
              <HeaderCell key={header.id} header={header} />
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            className={cn('border-b border-line last:border-0', linked && 'relative hover:bg-sunken/60')}
          >
            {row.getVisibleCells().map((cell) => (
              <BodyCell key={cell.id} cell={cell} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function HeaderCell<Row>({ header }: { readonly header: Header<Row, unknown> }) {
  const { columnDef } = header.column;
  return (
    <th
      scope="col"
      className={cn(
        'px-3 py-2 text-xs font-medium whitespace-nowrap text-quiet first:pl-4',
        columnDef.meta?.className,
      )}
    >
      {flexRender(columnDef.header, header.getContext())}
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

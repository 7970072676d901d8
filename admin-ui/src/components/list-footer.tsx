import { FileDown } from 'lucide-react';
import { plural, t } from '../i18n/t.ts';
import { ColumnChoice } from './column-choice.tsx';
import type { ChosenColumn } from './column-choice.tsx';
import { csvOf, fileNameOf } from './list-csv.ts';
import { saveText } from './save-text.ts';
import { Button } from './ui/button.tsx';

interface ListFooterProps {
  readonly caption: string;
  /** Where the hub sends all of the list as CSV; without it the rows that are loaded are saved. */
  readonly file: string | undefined;
  readonly rows: number;
  /** The cells of all rows that are loaded, headings first. */
  readonly read: () => string[][];
  readonly columns: readonly ChosenColumn[];
  readonly hidden: readonly string[];
  readonly onHidden: (hidden: readonly string[]) => void;
}

/** Under a list: how many rows it has, and what can be done with all of them. */
export function ListFooter({ caption, file, rows, read, columns, hidden, onHidden }: ListFooterProps) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-1 border-t border-line px-3 py-1 text-xs text-quiet">
      <span className="mr-auto tabular-nums">
        {plural(rows, { one: '{{count}} row', other: '{{count}} rows' })}
      </span>
      {columns.length > 3 && <ColumnChoice columns={columns} hidden={hidden} onHidden={onHidden} />}
      {file === undefined ? (
        <Button
          size="small"
          tone="quiet"
          title={t('Saves the rows that are loaded, with the columns that are shown')}
          onClick={() => {
            // A spreadsheet takes the text for UTF-8 only with the mark in front.
            saveText(fileNameOf(caption), `\uFEFF${csvOf(read())}`, 'text/csv;charset=utf-8');
          }}
        >
          <FileDown aria-hidden /> {t('Download CSV')}
        </Button>
      ) : (
        <Button asChild size="small" tone="quiet">
          <a
            href={file}
            download={fileNameOf(caption)}
            title={t('All of this list, 100,000 rows at most. It is entered in the ledger.')}
          >
            <FileDown aria-hidden /> {t('Download CSV')}
          </a>
        </Button>
      )}
    </div>
  );
}

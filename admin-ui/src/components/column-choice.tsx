import { Columns3 } from 'lucide-react';
import { t } from '../i18n/t.ts';
import { Button } from './ui/button.tsx';
import { Popover } from './ui/popover.tsx';

/** A column that can be shown or not; one that names its row always is. */
export interface ChosenColumn {
  readonly id: string;
  readonly label: string;
  readonly fixed?: boolean;
}

interface ColumnChoiceProps {
  readonly columns: readonly ChosenColumn[];
  readonly hidden: readonly string[];
  readonly onHidden: (hidden: readonly string[]) => void;
}

/** Which columns a list shows. */
export function ColumnChoice({ columns, hidden, onHidden }: ColumnChoiceProps) {
  return (
    <Popover
      label={t('Columns')}
      trigger={
        <Button size="small" tone="quiet">
          <Columns3 aria-hidden /> {t('Columns')}
        </Button>
      }
    >
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-xs font-medium text-quiet">{t('Columns that are shown')}</legend>
        {columns
          .filter(({ label }) => label !== '')
          .map(({ id, label, fixed = false }) => (
            <label key={id} className="flex min-h-6 items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={!hidden.includes(id)}
                disabled={fixed}
                onChange={({ target }) => {
                  onHidden(target.checked ? hidden.filter((each) => each !== id) : [...hidden, id]);
                }}
              />
              {label}
            </label>
          ))}
      </fieldset>
    </Popover>
  );
}

import type { RefObject } from 'react';
import type { ConfigurationPlanView } from '../../../api/configuration.ts';
import { t } from '../../../i18n/t.ts';
import { lineRange } from './line-range.ts';

interface FileFaultsProps {
  readonly faults: ConfigurationPlanView['faults'];
  /** The text was changed since they were found. */
  readonly stale: boolean;
  readonly text: string;
  readonly place: RefObject<HTMLTextAreaElement | null>;
}

/** What is wrong with a file, each fault with the way to its line. */
export function FileFaults({ faults, stale, text, place }: FileFaultsProps) {
  return (
    <div role="alert" className="grid gap-1 rounded-md border border-bad/30 bg-bad-soft p-3 text-sm">
      <p className="font-medium">
        {stale
          ? t('These faults were found before the file was changed')
          : t('The file cannot be applied as it is')}
      </p>
      <ul className="grid gap-1" data-testid="file-faults">
        {faults.map(({ line, column, field, message }) => (
          <li key={`${String(line)}:${String(column)}:${field}:${message}`} className="wrap-anywhere">
            <button
              type="button"
              className="mr-2 text-accent underline underline-offset-2"
              onClick={() => {
                const [from, to] = lineRange(text, line);
                place.current?.focus();
                place.current?.setSelectionRange(from, to);
              }}
            >
              {t('Line {{line}}', { line })}
            </button>
            {field !== '' && <code className="mr-2 font-mono text-xs">{field}</code>}
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

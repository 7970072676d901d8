import { useCallback, useState } from 'react';
import type { MappingRow, MappingVocabulary, Preview } from '../api/connections.ts';
import { celSuggestions } from '../components/expression-editor/cel-suggestions.ts';
import { ExpressionEditor } from '../components/expression-editor/expression-editor.tsx';
import { CEL } from '../components/expression-editor/lexicon.ts';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { valuesReadBy, type SampleValue } from './sample-values.ts';

/** A row of a mapping, and what is known of what it reads and gives. */
export interface MappingExpressionProps {
  readonly row: MappingRow;
  /** As people count, for screen readers. */
  readonly number: number;
  readonly vocabulary: MappingVocabulary | undefined;
  readonly values: readonly SampleValue[];
  readonly result: Preview['items'][number] | undefined;
  readonly readOnly: boolean;
  /** Plain until somebody goes into it: a hundred editors would make the page slow. */
  readonly asText: boolean;
  readonly onRow: (row: MappingRow) => void;
}

/** The expression of a row, and below it what it reads of the sample. */
export function MappingExpression(props: MappingExpressionProps) {
  const { row, number, vocabulary, values, result, readOnly, asText, onRow } = props;
  const [entered, setEntered] = useState(false);
  const label = t('Expression, row {{number}}', { number });
  const suggest = useCallback(
    (text: string, at: number) => (vocabulary === undefined ? null : celSuggestions(vocabulary, text, at)),
    [vocabulary],
  );
  const fault = result?.fault;
  const faults =
    fault?.column === 'expr'
      ? [{ from: fault.at ?? 0, ...(fault.at === null && { to: row.expr.length }) }]
      : [];
  const read = valuesReadBy(row.expr, values);
  return (
    <div className="grid min-w-64 gap-1">
      {asText && !entered ? (
        <Input
          aria-label={label}
          aria-invalid={faults.length > 0}
          value={row.expr}
          readOnly
          className="font-mono text-xs"
          onFocus={() => {
            setEntered(true);
          }}
        />
      ) : (
        <ExpressionEditor
          label={label}
          language={CEL}
          value={row.expr}
          readOnly={readOnly}
          autoFocus={entered}
          suggest={suggest}
          faults={faults.map((place) => ({ ...place, message: result?.error ?? '' }))}
          hint={'record.startedAt'}
          data-testid={`expression-${String(number)}`}
          onValue={(expr) => {
            onRow({ ...row, expr });
          }}
        />
      )}
      {read.length > 0 && (
        <dl className="grid gap-0.5 text-xs">
          {read.map(({ path, value }) => (
            <div key={path} className="flex min-w-0 gap-1.5 text-quiet">
              <dt className="shrink-0 font-mono">{path.replace(/^record\./, '')}</dt>
              <dd className="min-w-0 truncate">{value === null ? t('nothing') : String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
